/** Gogo commands in scope {@code emova}. */
package org.emova4j.shell.internal;
