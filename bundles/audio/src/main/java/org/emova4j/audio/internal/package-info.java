/** Sound from and to media files through FFmpeg's C interface. Nothing outside sees FFmpeg. */
package org.emova4j.audio.internal;
