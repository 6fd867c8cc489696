/** Figures, intervals and plots of what was observed. */
package org.emova4j.eval.internal.figure;
