/**
 * The JDK's HTTP server with bounds. In comes a port; out goes a server whose requests, threads and
 * connections are limited. It knows nothing of what is served.
 */
@NullMarked
package io.cloudstate.operator.http;

import org.jspecify.annotations.NullMarked;
