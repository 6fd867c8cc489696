/**
 * How something is said: labels and numbers, the vectors that a vocoder reads, and prosody
 * contours.
 */
@Export
@Version("0.1.0")
package org.emova4j.api.style;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
