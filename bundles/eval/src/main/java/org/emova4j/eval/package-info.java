/**
 * Measures tokenizers, styles and voices on a corpus: what each recording gives is kept in a log,
 * so that a run can be resumed; figures with their intervals are drawn from the log alone, so that
 * they depend neither on the order of the recordings nor on how many threads there were.
 */
@Export
@Version("0.1.0")
package org.emova4j.eval;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
