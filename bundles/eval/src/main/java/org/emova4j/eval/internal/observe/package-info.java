/** What is done with each recording, and the log of it. */
package org.emova4j.eval.internal.observe;
