package io.cloudstate.proxy.entity.crdt;

import io.cloudstate.proxy.entity.crdt.Exchange.Phase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The commands of one conversation that are with the function, and the number <em>busy</em> of
 * section 4: how many operations are under way during which the function may change its copy.
 */
final class InFlight {

  /** How many ids of ended streams are remembered, for messages that cross their cancellation. */
  private static final int REMEMBERED = 1000;

  private final Map<Long, Exchange> exchanges = new LinkedHashMap<>(4);
  private final Set<Long> cancelled = new LinkedHashSet<>(0);
  private long lastId;
  private int busy;
  private int expired;

  /** Ids count from 1 on each stream. */
  void send(Exchange exchange, long nowNanos) {
    lastId++;
    exchange.id = lastId;
    exchange.enter(Phase.SENT, nowNanos);
    exchanges.put(lastId, exchange);
    busy++;
  }

  @Nullable Exchange find(long id) {
    return exchanges.get(id);
  }

  int size() {
    return exchanges.size();
  }

  List<Exchange> all() {
    return List.copyOf(exchanges.values());
  }

  void done(Exchange exchange) {
    exchange.phase = Phase.DONE;
    exchanges.remove(exchange.id);
  }

  void begin() {
    busy++;
  }

  void end() {
    busy--;
  }

  int busy() {
    return busy;
  }

  void expire(Exchange exchange) {
    exchange.isExpired = true;
    expired++;
  }

  /** It was given up, but the function has replied after all. */
  void revive(Exchange exchange) {
    exchange.isExpired = false;
    expired--;
  }

  /** Nothing is under way, but for what has been given up. */
  boolean isQuiet() {
    return busy == expired;
  }

  /** Nothing is under way, and no streamed command is open. */
  boolean isEmpty() {
    return isQuiet() && exchanges.size() == expired;
  }

  /** The function may still send something for this streamed command. */
  void remember(long id) {
    cancelled.add(id);
    if (cancelled.size() > REMEMBERED) {
      cancelled.remove(cancelled.iterator().next());
    }
  }

  boolean wasCancelled(long id) {
    return cancelled.contains(id);
  }

  /** The conversation is over: everything is forgotten, and what was in flight returned. */
  List<Exchange> reset() {
    var left = new ArrayList<>(exchanges.values());
    exchanges.clear();
    cancelled.clear();
    lastId = 0;
    busy = 0;
    expired = 0;
    return left;
  }
}
