/** Reports as a table, a page, JSON, CSV and charts. */
package org.emova4j.eval.internal.report;
