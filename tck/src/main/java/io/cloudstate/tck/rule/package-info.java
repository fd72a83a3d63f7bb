/**
 * What a rule is: an id, a demand in a sentence, and a script that finds out whether it holds. In
 * come the groups that the suites declare; out goes what one play of a script showed. It knows
 * neither the protocol nor how its ends are played.
 */
@NullMarked
package io.cloudstate.tck.rule;

import org.jspecify.annotations.NullMarked;
