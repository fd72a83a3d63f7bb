package io.cloudstate.proxy.eventing;

/**
 * How a slice is doing.
 *
 * @param node where it runs
 * @param state one of starting, running, stopped, draining
 * @param position the highest number of the log that was looked at
 * @param doneUpTo the highest number up to which everything is done with
 * @param lag how many events, at most, are stored and not done with
 * @param secondsBehind how long the oldest event that it works on has been stored
 * @param lastError empty if nothing has failed since it started
 */
record SliceStatus(
    String node,
    String state,
    long position,
    long doneUpTo,
    long lag,
    long secondsBehind,
    String lastError) {}
