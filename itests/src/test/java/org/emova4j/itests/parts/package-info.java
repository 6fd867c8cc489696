/** What bundles that are made by tests contain. */
package org.emova4j.itests.parts;
