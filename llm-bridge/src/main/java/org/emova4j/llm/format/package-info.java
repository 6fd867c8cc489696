/**
 * What EMOVA's models are asked, to the byte, and how their answers are read (arXiv 2409.18042,
 * section 3; the released code's prompts). For every back end, remote or in-process.
 */
@Export
@Version("0.1.0")
package org.emova4j.llm.format;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
