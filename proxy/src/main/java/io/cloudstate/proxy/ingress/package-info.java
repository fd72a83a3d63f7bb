/**
 * The serving side: takes calls off the wire and brings their outcomes back. In come HTTP requests
 * for the services of the current catalog, out go Calls to the router and, for each, one status. It
 * never looks into a payload, never keeps state between calls and is the only place that knows
 * Armeria.
 *
 * <p>One port serves everything. A request is dispatched by its content type: gRPC, or else HTTP
 * and JSON; gRPC-Web with CORS (a decorator that turns it into gRPC) and TLS have their place here
 * and come later.
 */
@NullMarked
package io.cloudstate.proxy.ingress;

import org.jspecify.annotations.NullMarked;
