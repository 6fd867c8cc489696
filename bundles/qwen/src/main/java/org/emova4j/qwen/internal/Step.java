package org.emova4j.qwen.internal;

import ai.djl.ndarray.NDArray;
import java.util.Optional;

/**
 * Where the tokens of one call stand.
 *
 * @param from position of the first
 * @param count how many
 * @param cos of their positions, {@code (count, size of a head)}
 * @param sin of their positions
 * @param mask true where a token sees a key, {@code (count, from + count)}; empty if there is but
 *     one token, or if none came before, when it is plainly causal
 */
record Step(int from, int count, NDArray cos, NDArray sin, Optional<NDArray> mask) {}
