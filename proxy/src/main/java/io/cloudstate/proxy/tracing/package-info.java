/**
 * Traces of calls, for whoever follows one through the programs it passes. In come the calls of
 * clients and the events of consumers with their W3C trace context, and what the stages do for
 * them; out go spans by OTLP, and the context for what is called next. It is not there unless it is
 * asked for, decides nothing, and nothing that goes wrong here ends anything else.
 */
@NullMarked
package io.cloudstate.proxy.tracing;

import org.jspecify.annotations.NullMarked;
