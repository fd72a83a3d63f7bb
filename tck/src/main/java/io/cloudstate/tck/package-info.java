/**
 * The conformance kit: tests any proxy and any user function from outside. In comes a program that
 * listens on a port; out goes which rules of the protocol it keeps. It never looks inside.
 */
@NullMarked
package io.cloudstate.tck;

import org.jspecify.annotations.NullMarked;
