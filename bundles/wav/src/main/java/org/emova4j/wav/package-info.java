/** Writing RIFF WAVE, and files that appear whole or not at all. */
package org.emova4j.wav;
