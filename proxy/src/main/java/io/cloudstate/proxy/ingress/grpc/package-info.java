/**
 * The gRPC protocol on Armeria, for services known only at run time. In come gRPC requests, out go
 * Calls whose payload bytes are those of the wire, and the gRPC status of each Outcome; GrpcStatus
 * alone turns a Failure into a status. Besides it serves reflection and health. It never parses or
 * re-encodes a message of the user's.
 *
 * <p>Calls are handled here on HTTP level instead of by Armeria's gRPC service: that one has no OK
 * without a message, converts every header twice and sets no bound on an aggregated request.
 */
@NullMarked
package io.cloudstate.proxy.ingress.grpc;

import org.jspecify.annotations.NullMarked;
