/** Starts the framework with the bundles of a slice, and offers their services to commands. */
package org.emova4j.runtime;
