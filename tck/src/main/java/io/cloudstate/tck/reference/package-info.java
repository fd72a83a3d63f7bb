/**
 * A user function that implements every model service of the conformance kit, on the bare protocol:
 * messages of a proxy come in, one {@link io.cloudstate.tck.reference.Session} per stream answers
 * them, and {@link io.cloudstate.tck.reference.ReferenceFunction} carries both over gRPC. It is
 * written to be read, as the model of what a support library has to do. It stores nothing and knows
 * nothing of the suites that test it.
 */
@NullMarked
package io.cloudstate.tck.reference;

import org.jspecify.annotations.NullMarked;
