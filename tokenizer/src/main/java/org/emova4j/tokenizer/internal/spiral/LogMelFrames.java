package org.emova4j.tokenizer.internal.spiral;

/**
 * Normalised log-mel of one stretch of sound.
 *
 * @param rows of shape [frames, bands]
 * @param frames a multiple of what the encoder needs; those from {@code valid} on may be padding
 * @param valid frames that count; may be more than there are
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never leaves the package
record LogMelFrames(float[] rows, int frames, int valid) {}
