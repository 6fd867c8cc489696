/** Qwen2 on the engine. */
package org.emova4j.qwen.internal;
