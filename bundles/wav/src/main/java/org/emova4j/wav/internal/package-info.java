/** Sound services in plain Java. */
package org.emova4j.wav.internal;
