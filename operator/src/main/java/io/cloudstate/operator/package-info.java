/**
 * The operator: in come stateful services and stores, out go the objects that run them. What is to
 * be there is decided by {@code desired}, which sees no cluster. It knows no other module of the
 * project and never takes part in a call.
 */
@NullMarked
package io.cloudstate.operator;

import org.jspecify.annotations.NullMarked;
