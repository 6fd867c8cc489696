/** Discrete speech units and the codebooks that give them meaning. */
@Export
@Version("0.1.0")
package org.emova4j.api.unit;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
