/** Names that are shared by all services: their service properties. */
@Export
@Version("0.1.0")
package org.emova4j.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
