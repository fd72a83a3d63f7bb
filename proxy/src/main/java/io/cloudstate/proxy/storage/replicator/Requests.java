package io.cloudstate.proxy.storage.replicator;

import akka.actor.ActorRef;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The way to the replicator, which keeps the order. What nobody waits for is collected, and all is
 * handed over on the replicator's own thread: that one is woken once for many. Thread-safe.
 */
final class Requests {

  private static final int MAX_COLLECTED = 256;

  private final ActorRef replicator;
  private final ActorRef replyTo;
  private final Executor replicatorThread;
  private List<Object> collected = new ArrayList<>();
  private boolean isWanted; // what is collected is to go now
  private boolean isOnItsWay;
  private boolean hasUpdates;

  Requests(ActorRef replicator, ActorRef replyTo, Executor replicatorThread) {
    this.replicator = replicator;
    this.replyTo = replyTo;
    this.replicatorThread = replicatorThread;
  }

  synchronized void send(Object request) {
    collected.add(request);
    sendCollected();
  }

  /**
   * At once if it is urgent, else with the next that is sent, or when many are collected.
   *
   * @return whether it is the first since {@link #sendChanges}, which the caller sees to
   */
  synchronized boolean update(Object request, boolean isUrgent) {
    collected.add(request);
    if (isUrgent || collected.size() >= MAX_COLLECTED) {
      sendCollected();
    }
    var isFirst = !hasUpdates;
    hasUpdates = true;
    return isFirst;
  }

  /** Other nodes are sent what was changed here. */
  synchronized void sendChanges() {
    hasUpdates = false;
    send(ReplicatorTicks.SEND_CHANGES);
  }

  private void sendCollected() {
    isWanted = true;
    if (!isOnItsWay) {
      replicatorThread.execute(this::handOver); // may refuse, when the system ends
      isOnItsWay = true;
    }
  }

  private void handOver() {
    try {
      for (var request : taken()) {
        replicator.tell(request, replyTo);
      }
    } finally {
      handedOver();
    }
  }

  private synchronized List<Object> taken() {
    isWanted = false;
    var taken = collected;
    collected = new ArrayList<>(taken.size());
    return taken;
  }

  private synchronized void handedOver() {
    isOnItsWay = false;
    if (isWanted) {
      sendCollected();
    }
  }
}
