/**
 * Bounds on what the client of one connection may do before and beside its requests. In come the
 * events of the connection's pipeline, out goes at most its end. It never reads a request, and
 * costs nothing per call once a connection is set up over HTTP/2.
 */
@NullMarked
package io.cloudstate.proxy.ingress.connection;

import org.jspecify.annotations.NullMarked;
