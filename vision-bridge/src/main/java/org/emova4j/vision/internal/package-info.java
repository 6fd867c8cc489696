/** Decoding, resizing and encoding of pictures. */
package org.emova4j.vision.internal;
