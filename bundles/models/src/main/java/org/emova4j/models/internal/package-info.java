/**
 * Models in folders: read from {@code model.json}, unpacked from archives, registered as services.
 */
package org.emova4j.models.internal;
