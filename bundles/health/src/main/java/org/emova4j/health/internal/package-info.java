/** Looks at a running system. */
package org.emova4j.health.internal;
