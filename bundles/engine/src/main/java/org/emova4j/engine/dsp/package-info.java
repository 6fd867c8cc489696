/** Signal processing in plain Java that several networks share: Fourier transform, log-mel. */
@Export
@Version("0.1.0")
package org.emova4j.engine.dsp;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
