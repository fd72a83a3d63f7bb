/**
 * gRPC-Web, binary and text, over HTTP/1.1 and HTTP/2. In come requests of browsers, which are
 * turned into gRPC requests for {@code ingress.grpc}; out go its responses, with their trailers as
 * a last frame of the body and, in text, base64. It never looks into a message and decides nothing
 * about a call.
 */
@NullMarked
package io.cloudstate.proxy.ingress.grpcweb;

import org.jspecify.annotations.NullMarked;
