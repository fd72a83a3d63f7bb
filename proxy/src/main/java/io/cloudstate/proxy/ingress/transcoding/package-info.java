/**
 * Calls by HTTP and JSON (spec/ingress.md 7). In come requests of no other protocol, found by their
 * path in a tree of the current catalog's routes; out go Calls whose payload is the message that
 * path, query and body make up, and each Outcome as JSON; HttpStatuses alone turns a Failure into a
 * status. It never decides how a method is called: discovery has read that from the descriptors.
 */
@NullMarked
package io.cloudstate.proxy.ingress.transcoding;

import org.jspecify.annotations.NullMarked;
