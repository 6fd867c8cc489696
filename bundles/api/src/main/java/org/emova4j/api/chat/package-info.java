/**
 * Language models that read and write text, images and speech units, and conversations with them.
 */
@Export
@Version("0.1.0")
package org.emova4j.api.chat;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
