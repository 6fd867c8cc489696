/** Installed models: what they are, where their files lie, and how they come and go. */
@Export
@Version("0.1.0")
package org.emova4j.api.model;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
