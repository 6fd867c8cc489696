/**
 * Decoding in processes of their own, so that a decoder that dies or hangs takes one file with it
 * and not the batch.
 */
package org.emova4j.runtime.isolate;
