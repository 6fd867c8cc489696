/** What evaluation keeps to itself. */
package org.emova4j.eval.internal;
