/** Whether a running system is well: what is wrong with it, and what that does to it. */
@Export
@Version("0.1.0")
package org.emova4j.api.health;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
