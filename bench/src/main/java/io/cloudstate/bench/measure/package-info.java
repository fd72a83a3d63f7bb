/**
 * Processes and what they use. In come commands to start and process ids; out go processor time,
 * memory, and the processes' lines. It never leaves a process behind that it started.
 */
@NullMarked
package io.cloudstate.bench.measure;

import org.jspecify.annotations.NullMarked;
