/** Signers for tests. */
package org.emova4j.security.testing;
