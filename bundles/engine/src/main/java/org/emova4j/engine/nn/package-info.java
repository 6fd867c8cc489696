/** Layers of networks, each with its weights, as functions of tensors. */
@Export
@Version("0.1.0")
package org.emova4j.engine.nn;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
