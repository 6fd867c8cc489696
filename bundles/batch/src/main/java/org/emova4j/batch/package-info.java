/**
 * Thousands of files through one task, without a framework: a plan ({@link
 * org.emova4j.batch.BatchPlan}), a pure function of one item ({@link
 * org.emova4j.batch.ItemProcessor}), and a runner that bounds, resumes and reports ({@link
 * org.emova4j.batch.BatchConverter}).
 */
@Export
@Version("0.1.0")
package org.emova4j.batch;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
