package io.cloudstate.proxy.eventing.broker.kafka;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.ByteString;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.eventing.EventHandler;
import io.cloudstate.proxy.eventing.Subscription;
import io.cloudstate.proxy.eventing.broker.Delivery;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * A consumer of a topic: one thread that fetches, commits what is done with, and never waits for a
 * handler but when a partition is given away or the consumer ends. A partition with enough events
 * in hand is paused. When Kafka fails, the consumer is made anew after a while.
 */
@ThreadSafe
final class KafkaSubscription implements Subscription, Delivery.Listener {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration POLL_WHILE_PAUSED = Duration.ofMillis(10);
  private static final long NOTHING = -1;
  private static final long COMMIT_NANOS = Duration.ofMillis(200).toNanos();
  private static final long LOOK_NANOS = Duration.ofSeconds(3).toNanos();
  private static final Duration FIRST_WAIT = Duration.ofMillis(200);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  /** Records without a key keep the order of their partition. */
  private enum NoKey {
    INSTANCE
  }

  private final String topic;
  private final EventHandler handler;
  private final Map<String, Object> properties;
  private final ProxySettings.Broker settings;
  private final KafkaHealth health;
  private final CompletableFuture<Void> drained = new CompletableFuture<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition somethingEnded = lock.newCondition();

  @GuardedBy("lock")
  private boolean isClosing;

  private volatile boolean isRunning = true;
  private volatile boolean isAwaited; // that something ends
  private volatile @Nullable String handlerError;
  private volatile @Nullable String kafkaError; // if the last thing it tried failed
  private volatile OptionalLong lag = OptionalLong.empty();

  /** Changed by the thread alone. */
  private final Map<TopicPartition, Delivery> deliveries = new ConcurrentHashMap<>();

  // Of the thread.
  private final Map<TopicPartition, Long> committed = new HashMap<>();
  private final Set<TopicPartition> paused = new HashSet<>();
  private long lastCommitNanos;
  private long lastLookNanos;

  /**
   * A subscription that does nothing before it is {@linkplain #start started}.
   *
   * @param properties of the consumer
   */
  KafkaSubscription(
      String topic,
      EventHandler handler,
      Map<String, Object> properties,
      ProxySettings.Broker settings,
      KafkaHealth health) {
    this.topic = topic;
    this.handler = handler;
    this.properties = Map.copyOf(properties);
    this.settings = settings;
    this.health = health;
  }

  void start() {
    var thread = new Thread(this::run, "kafka-" + topic);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public State state() {
    return new State(
        isRunning,
        lag,
        Optional.ofNullable(handlerError).or(() -> Optional.ofNullable(kafkaError)));
  }

  @Override
  public void close() {
    lock.lock();
    try {
      isClosing = true;
      isRunning = false;
      somethingEnded.signalAll();
    } finally {
      lock.unlock();
    }
    deliveries.values().forEach(Delivery::stop);
  }

  @Override
  public CompletionStage<Void> drained() {
    return drained.copy();
  }

  @Override
  public void onProgress() {
    if (isAwaited) {
      signal();
    }
  }

  @Override
  public void onFailure(Throwable cause) {
    handlerError = KafkaHealth.reason(cause);
    close();
  }

  private void signal() {
    lock.lock();
    try {
      somethingEnded.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean isClosing() {
    lock.lock();
    try {
      return isClosing;
    } finally {
      lock.unlock();
    }
  }

  // --- the thread

  private void run() {
    var wait = FIRST_WAIT;
    while (!isClosing()) {
      var from = System.nanoTime();
      consumeUntilFailure();
      var hasWorked = System.nanoTime() - from > LONGEST_WAIT.toNanos();
      wait = hasWorked ? FIRST_WAIT : wait;
      await(wait, this::isClosing);
      var longer = wait.multipliedBy(2);
      wait = longer.compareTo(LONGEST_WAIT) < 0 ? longer : LONGEST_WAIT;
    }
    isRunning = false;
    drained.complete(null);
  }

  /** Ends in order when it is closed. */
  private void consumeUntilFailure() {
    Consumer<byte[], byte[]> consumer = null;
    try {
      consumer =
          new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      consumer.subscribe(List.of(topic), new Rebalancing(consumer));
      while (!isClosing()) {
        turn(consumer);
      }
      release(consumer, Set.copyOf(deliveries.keySet()));
    } catch (RuntimeException e) {
      failed(e);
      stop(deliveries.keySet());
      forget(Set.copyOf(deliveries.keySet()));
    } finally {
      close(consumer);
    }
  }

  private void close(@Nullable Consumer<?, ?> consumer) {
    try {
      if (consumer != null) {
        consumer.close(CloseOptions.timeout(settings.kafka().answerTimeout()));
      }
    } catch (KafkaException e) {
      failed(e);
    }
  }

  private void turn(Consumer<byte[], byte[]> consumer) {
    var records = consumer.poll(paused.isEmpty() ? POLL : POLL_WHILE_PAUSED);
    for (var partition : records.partitions()) {
      take(partition, records.records(partition));
    }
    pauseAndResume(consumer);
    var now = System.nanoTime();
    if (now - lastCommitNanos > COMMIT_NANOS) {
      lastCommitNanos = now;
      commit(consumer);
    }
    if (now - lastLookNanos > LOOK_NANOS) {
      look(consumer);
      lastLookNanos = System.nanoTime();
    }
  }

  private void take(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
    var from = records.get(0).offset();
    var delivery =
        deliveries.computeIfAbsent(
            partition, key -> new Delivery(from, settings.maxInFlight(), handler, this));
    committed.putIfAbsent(partition, from);
    if (!isRunning) {
      delivery.stop(); // closed before it was there
    }
    for (var record : records) {
      delivery.add(record.offset(), key(record), CloudEventRecords.event(record));
    }
    delivery.handOver();
  }

  private static Object key(ConsumerRecord<byte[], ?> record) {
    byte @Nullable [] key = record.key();
    return key == null ? NoKey.INSTANCE : ByteString.copyFrom(key);
  }

  private void pauseAndResume(Consumer<?, ?> consumer) {
    var full = new HashSet<TopicPartition>();
    var free = new HashSet<TopicPartition>();
    deliveries.forEach(
        (partition, delivery) -> {
          var size = delivery.size();
          if (size >= settings.maxQueuedEvents() && paused.add(partition)) {
            full.add(partition);
          } else if (size <= settings.maxQueuedEvents() / 2 && paused.remove(partition)) {
            free.add(partition);
          }
        });
    consumer.pause(full);
    consumer.resume(free);
  }

  /** In the background; what fails is tried again with the next one. */
  private void commit(Consumer<?, ?> consumer) {
    var offsets = offsets(deliveries.keySet());
    if (offsets.isEmpty()) {
      return;
    }
    offsets.forEach((partition, offset) -> committed.put(partition, offset.offset()));
    consumer.commitAsync(
        offsets,
        (tried, cause) -> {
          if (cause == null) {
            health.answered();
            return;
          }
          tried.keySet().forEach(partition -> committed.replace(partition, NOTHING));
          if (!isPassing(cause)) {
            health.failed("what is done with of topic " + topic + " is not committed", cause);
          }
        });
  }

  /** Whether it is in the nature of brokers that restart and partitions that move. */
  private static boolean isPassing(Exception cause) {
    return cause instanceof RetriableException
        || cause instanceof RebalanceInProgressException
        || cause instanceof CommitFailedException;
  }

  private Map<TopicPartition, OffsetAndMetadata> offsets(Collection<TopicPartition> partitions) {
    var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
    for (var partition : partitions) {
      var delivery = deliveries.get(partition);
      var before = committed.get(partition);
      if (delivery != null && before != null && delivery.next() > before) {
        offsets.put(partition, new OffsetAndMetadata(delivery.next()));
      }
    }
    return offsets;
  }

  /** Whether Kafka is there, and how much waits; the only place where that is noticed by itself. */
  private void look(Consumer<?, ?> consumer) {
    var timeout = settings.kafka().answerTimeout();
    try {
      var assigned = consumer.assignment();
      if (assigned.isEmpty() && consumer.partitionsFor(topic, timeout).isEmpty()) {
        kafkaError = "topic %s is not there".formatted(topic);
        return;
      }
      var waiting = 0L;
      for (var end : consumer.endOffsets(assigned, timeout).entrySet()) {
        waiting += Math.max(0, end.getValue() - next(consumer, end.getKey(), timeout));
      }
      lag = OptionalLong.of(waiting);
      kafkaError = null;
      health.answered();
    } catch (RetriableException e) {
      failed(e);
    }
  }

  private long next(Consumer<?, ?> consumer, TopicPartition partition, Duration timeout) {
    var delivery = deliveries.get(partition);
    return delivery == null ? consumer.position(partition, timeout) : delivery.next();
  }

  private void failed(RuntimeException cause) {
    kafkaError = KafkaHealth.reason(cause);
    health.failed("topic " + topic + " is not consumed", cause);
  }

  /** Gives partitions away, or ends: what is in hand is waited for and acknowledged. */
  private void release(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    stop(partitions);
    try {
      consumer.commitSync(offsets(partitions), settings.kafka().answerTimeout());
    } catch (KafkaException e) {
      failed(e); // they come again
    }
    forget(partitions);
  }

  private void stop(Collection<TopicPartition> partitions) {
    var stopped = partitions.stream().map(deliveries::get).filter(Objects::nonNull).toList();
    stopped.forEach(Delivery::stop);
    await(settings.drainTimeout(), () -> stopped.stream().allMatch(Delivery::isQuiet));
  }

  private void forget(Collection<TopicPartition> partitions) {
    partitions.forEach(
        partition -> {
          deliveries.remove(partition);
          committed.remove(partition);
          paused.remove(partition);
        });
  }

  private void await(Duration atMost, BooleanSupplier condition) {
    lock.lock();
    try {
      isAwaited = true;
      var nanos = atMost.toNanos();
      while (nanos > 0 && !condition.getAsBoolean()) {
        nanos = somethingEnded.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      isAwaited = false;
      lock.unlock();
    }
  }

  /** Called by the thread, while it polls. */
  private final class Rebalancing implements ConsumerRebalanceListener {

    private final Consumer<?, ?> consumer;

    Rebalancing(Consumer<?, ?> consumer) {
      this.consumer = consumer;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      // each begins with its first record
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      release(consumer, partitions);
    }

    /** Others have them already: nothing may be committed. */
    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      stop(partitions);
      forget(partitions);
    }
  }
}
