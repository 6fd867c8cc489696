/** Archives of folders, as users download them. */
package org.emova4j.distributions;
