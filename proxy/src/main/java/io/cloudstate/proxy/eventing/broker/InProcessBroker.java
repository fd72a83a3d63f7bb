package io.cloudstate.proxy.eventing.broker;

import io.cloudstate.proxy.eventing.Broker;
import io.cloudstate.proxy.eventing.CloudEvent;
import io.cloudstate.proxy.eventing.EventHandler;
import io.cloudstate.proxy.eventing.Subscription;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Topics in the memory of this process, for development: they are gone with it, and no other node
 * sees them. Everything else is as with a real broker: partitions, groups, acknowledgements, order
 * per key. A topic keeps a bounded number of events; when a running group is that far behind,
 * publishing fails.
 */
public final class InProcessBroker implements Broker {

  private final int maxEvents;
  private final int maxRunning;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            var made = new Thread(task, "in-process-broker");
            made.setDaemon(true);
            return made;
          });
  private final Map<String, Topic> topics = new ConcurrentHashMap<>();
  private volatile boolean isClosed;

  /**
   * A broker without topics; they come to be when they are named.
   *
   * @param maxEvents about how many events a topic keeps
   * @param maxRunning how many events of a partition a consumer may handle at a time
   */
  public InProcessBroker(int maxEvents, int maxRunning) {
    this.maxEvents = maxEvents;
    this.maxRunning = maxRunning;
  }

  @Override
  public Subscription subscribe(String topic, String group, EventHandler handler) {
    return topic(topic).subscribe(group, handler);
  }

  @Override
  public CompletionStage<Void> publish(String topic, CloudEvent event) {
    var failure =
        isClosed ? new BrokerUnavailable("the broker is closed") : topic(topic).publish(event);
    return failure == null
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.failedFuture(failure);
  }

  @Override
  public void close() {
    isClosed = true;
    topics.values().forEach(Topic::close);
    thread.shutdown();
  }

  private Topic topic(String name) {
    return topics.computeIfAbsent(name, this::newTopic);
  }

  private Topic newTopic(String name) {
    var isAsked = new AtomicBoolean();
    return new Topic(
        name, Math.max(1, maxEvents / Topic.PARTITIONS), maxRunning, turn -> soon(turn, isAsked));
  }

  /** Not on the caller's thread, and once for all who ask before it happens. */
  private void soon(Runnable turn, AtomicBoolean isAsked) {
    if (!isAsked.compareAndSet(false, true)) {
      return;
    }
    Runnable task =
        () -> {
          isAsked.set(false);
          turn.run();
        };
    try {
      thread.execute(task);
    } catch (RejectedExecutionException closed) {
      task.run(); // what is in hand still ends in order
    }
  }
}
