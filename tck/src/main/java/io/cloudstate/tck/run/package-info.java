/**
 * The tool. In come the command line and the file of known failures; out go the rules that were
 * chosen, played one after the other, and an exit code. It knows no rule by name.
 */
@NullMarked
package io.cloudstate.tck.run;

import org.jspecify.annotations.NullMarked;
