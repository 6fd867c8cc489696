/** What bundles and libraries log by SLF4J, as lines on standard error. */
package org.emova4j.runtime.logging;
