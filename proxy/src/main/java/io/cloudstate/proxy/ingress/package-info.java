/**
 * The serving side: takes calls off the wire and brings their outcomes back. In come HTTP requests
 * for the services of the current catalog, out go Calls to the router and, for each, one status. It
 * never looks into a payload, never keeps state between calls and is the only place that knows
 * Armeria.
 *
 * <p>One port serves everything. A request is dispatched by its content type: gRPC, gRPC-Web, which
 * {@code grpcweb} turns into it, or else HTTP and JSON ({@code transcoding}). {@code tls} encrypts
 * the port, {@code connection} and the server's own limits keep clients from harming each other.
 * {@code documentation} shows people what there is to call.
 */
@NullMarked
package io.cloudstate.proxy.ingress;

import org.jspecify.annotations.NullMarked;
