package org.emova4j.qwen.internal;

import ai.djl.ndarray.NDArray;

/**
 * What a layer remembers of earlier tokens, in arrays that are made once and written in place.
 *
 * @param keys {@code (key heads, capacity, size of a head)}
 * @param values of the same shape
 */
record LayerCache(NDArray keys, NDArray values) {}
