package org.emova4j.qwen.internal;

import ai.djl.ndarray.NDArray;

/**
 * Where the tokens of one call stand.
 *
 * @param from position of the first
 * @param cos of their positions, {@code (tokens, size of a head)}
 * @param sin of their positions
 */
record Step(int from, NDArray cos, NDArray sin) {}
