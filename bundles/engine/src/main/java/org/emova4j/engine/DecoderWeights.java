package org.emova4j.engine;

import ai.djl.ndarray.NDArray;

/**
 * What {@link Ops#decoderLayer} computes with. The matrices are of {@link NetworkScope#matrix}.
 *
 * @param attentionNorm {@code (width)}
 * @param queryKeyValue {@code ((heads + 2 * key heads) * size, width)}
 * @param bias of it
 * @param output {@code (width, heads * size)}
 * @param perceptronNorm {@code (width)}
 * @param gateUp {@code (2 * inner, width)}, the gate first
 * @param down {@code (width, inner)}
 */
public record DecoderWeights(
    NDArray attentionNorm,
    NDArray queryKeyValue,
    NDArray bias,
    NDArray output,
    NDArray perceptronNorm,
    NDArray gateUp,
    NDArray down) {}
