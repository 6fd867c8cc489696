/**
 * What became of a batch: {@link org.emova4j.batch.report.BatchReport} from its plan and its result
 * log, as JSON and as a page that needs no network.
 */
@Export
@Version("0.1.0")
package org.emova4j.batch.report;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
