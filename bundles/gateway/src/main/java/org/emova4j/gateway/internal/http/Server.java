package org.emova4j.gateway.internal.http;

import java.nio.file.Path;
import org.emova4j.gateway.internal.GatewaySettings.Limits;
import org.emova4j.gateway.internal.guard.Admission;

/**
 * What all requests share.
 *
 * @param limits what a request may be
 * @param uploads folder for files that were sent
 * @param memory for bodies that stay in memory
 * @param admission whose turn it is
 */
public record Server(Limits limits, Path uploads, MemoryBudget memory, Admission admission) {}
