/** Makes model archives of released checkpoints: what must be in them, and under which names. */
package org.emova4j.models.internal.imports;
