/**
 * Looks into recordings of the Flight Recorder. In comes a file; out go the frames and threads that
 * were seen most. It never needs more than the JDK.
 */
@NullMarked
package io.cloudstate.bench.top;

import org.jspecify.annotations.NullMarked;
