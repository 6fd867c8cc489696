/**
 * Sound as values, and the services that read and write it. Rates are in hertz, samples are mono
 * floats, nominally in [-1, 1].
 */
@Export
@Version("0.1.0")
package org.emova4j.api.audio;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
