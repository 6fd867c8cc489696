/**
 * What is measured of tokenizers, styles and voices, each figure as its paper defines it. Pure Java
 * on plain values: times are in seconds, frequencies in hertz, sound is {@link
 * org.emova4j.api.audio.Audio}, units are ids. Errors of use are {@link IllegalArgumentException}s
 * that name the value and its limit; a figure that isn't defined for what was given (a correlation
 * of constants, say) is {@code NaN}.
 *
 * <p>All types are immutable or stateless, and safe for concurrent use. The same values give the
 * same figures, to the last bit.
 */
@Export
@Version("0.1.0")
package org.emova4j.eval.metric;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
