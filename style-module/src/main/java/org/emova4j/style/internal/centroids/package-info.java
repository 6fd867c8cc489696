/** Styles of EMOVA: a table of conditions, and a network that hears a style in a recording. */
package org.emova4j.style.internal.centroids;
