/**
 * Runs measurements: starts the processes of each scenario, lets the load generator loose on them,
 * and prints what it and the operating system tell. In come the arguments of {@code bench/run}; out
 * go a table or JSON lines. It measures from outside and never shares a process with what it
 * measures.
 */
@NullMarked
package io.cloudstate.bench;

import org.jspecify.annotations.NullMarked;
