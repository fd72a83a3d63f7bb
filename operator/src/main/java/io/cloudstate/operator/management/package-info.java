/**
 * What is said of the operator to those who run it. In come the states of its parts; out go probes
 * and metrics on a port of their own. Nothing can be changed by it.
 */
@NullMarked
package io.cloudstate.operator.management;

import org.jspecify.annotations.NullMarked;
