/**
 * TLS of the serving port. In come the files that the settings name, out go certificates and key
 * for each handshake, those of now even if the files changed after the start. It never writes a
 * file, and what it cannot use never takes the place of what it has.
 */
@NullMarked
package io.cloudstate.proxy.ingress.tls;

import org.jspecify.annotations.NullMarked;
