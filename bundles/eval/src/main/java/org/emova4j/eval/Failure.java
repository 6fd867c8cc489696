package org.emova4j.eval;

/**
 * A recording that couldn't be measured.
 *
 * @param measurement e.g. {@code tokenizer lite}
 * @param item name of the recording
 * @param reason in one sentence
 */
public record Failure(String measurement, String item, String reason) {}
