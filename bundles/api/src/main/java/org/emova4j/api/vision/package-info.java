/** Images as values, and the services that make them ready for a vision-language model. */
@Export
@Version("0.1.0")
package org.emova4j.api.vision;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
