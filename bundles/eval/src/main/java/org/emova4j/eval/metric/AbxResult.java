package org.emova4j.eval.metric;

/**
 * What an ABX test found.
 *
 * @param errorRate how often X was nearer to B although it is an A, 0 (never) to 0.5 (chance) to 1;
 *     ties count half; NaN if there was no triple
 * @param triples that were compared
 * @param phonePairs ordered pairs of phones that could be compared
 */
public record AbxResult(double errorRate, long triples, int phonePairs) {}
