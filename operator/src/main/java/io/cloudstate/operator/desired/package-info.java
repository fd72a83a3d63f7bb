/**
 * What is to be there for a stateful service. In come the service, what it refers to and what the
 * operator runs on; out go all objects as they are to be, or the problems for which there can be
 * none. It is pure: it sees no cluster and no clock, and the same input gives the same bytes.
 */
@NullMarked
package io.cloudstate.operator.desired;

import org.jspecify.annotations.NullMarked;
