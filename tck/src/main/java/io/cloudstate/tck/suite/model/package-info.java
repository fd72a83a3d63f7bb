/**
 * The model suite: the rules that a user function has to keep. In come the ends of a proxy that the
 * kit plays; out goes one script for each rule, chapter by chapter as the protocol has them. It
 * builds every message it expects by itself, and knows nothing of the reference function.
 */
@NullMarked
package io.cloudstate.tck.suite.model;

import org.jspecify.annotations.NullMarked;
