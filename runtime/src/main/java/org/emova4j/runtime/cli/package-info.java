/** The {@code emova} command line: arguments to requests, results and errors to text. */
package org.emova4j.runtime.cli;
