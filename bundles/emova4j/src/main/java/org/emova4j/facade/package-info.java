/** Speech conversion for programs without an OSGi framework; {@link Emova} is where it begins. */
@Version("0.1.0")
package org.emova4j.facade;

import org.osgi.annotation.versioning.Version;
