/** Who signed bundles and model archives, and whether that is somebody who is trusted. */
package org.emova4j.security;
