/** The services that turn speech into units and units into speech, and what can go wrong. */
@Export
@Version("0.1.0")
package org.emova4j.api.speech;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
