/**
 * Who of several replicas reconciles. In comes a Lease; out go two signals, that this process
 * leads, and that it must end. It never takes part again once it has lost: whoever lost ends.
 */
@NullMarked
package io.cloudstate.operator.leader;

import org.jspecify.annotations.NullMarked;
