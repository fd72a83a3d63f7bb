package io.cloudstate.proxy.eventing;

import io.cloudstate.proxy.discovery.eventing.EventConsumer;

/**
 * How the parts of a consumer are doing that run on this node, together.
 *
 * @param counters go on counting
 * @param lag how many events, at most, are stored and not done with; -1 if nobody knows
 * @param secondsBehind how long the oldest event that any works on has been stored
 * @param stopped how many have stopped at an event
 */
public record ConsumerHere(
    EventConsumer consumer, ConsumerCounters counters, long lag, long secondsBehind, int stopped) {

  static final String STOPPED = "stopped";

  static ConsumerHere of(RunningConsumer consumer) {
    return new ConsumerHere(consumer.definition(), consumer.counters(), -1, 0, 0);
  }

  ConsumerHere plus(SliceStatus part) {
    return new ConsumerHere(
        consumer,
        counters,
        part.lag() < 0 ? lag : Math.max(lag, 0) + part.lag(),
        Math.max(secondsBehind, part.secondsBehind()),
        stopped + (part.state().equals(STOPPED) ? 1 : 0));
  }
}
