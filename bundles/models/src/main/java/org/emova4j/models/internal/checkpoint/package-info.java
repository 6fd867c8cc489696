/**
 * Reads tensors out of other people's files: PyTorch, safetensors, NumPy. Nothing in a file is
 * believed before it is checked, and nothing in it is ever run.
 */
package org.emova4j.models.internal.checkpoint;
