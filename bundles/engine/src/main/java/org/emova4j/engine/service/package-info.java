/** From installed models to the services that run them. */
@Export
@Version("0.1.0")
package org.emova4j.engine.service;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
