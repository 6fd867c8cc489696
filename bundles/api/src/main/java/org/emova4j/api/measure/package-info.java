/** What bundles measure of themselves, on the machine that they run on. */
@Export
@Version("0.1.0")
package org.emova4j.api.measure;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
