package io.cloudstate.proxy.eventing.broker.kafka;

import com.google.errorprone.annotations.ThreadSafe;
import io.cloudstate.proxy.eventing.broker.BrokerUnavailable;
import io.cloudstate.proxy.eventing.broker.EventRefused;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes records in the order they come, confirmed by all replicas in sync, without doubling
 * them. Sending may block, as long as Kafka is away or a topic is not known: so one thread does it,
 * and only so many records may wait for that and for their confirmation.
 */
@ThreadSafe
final class KafkaPublisher implements AutoCloseable {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final Map<String, Object> properties;
  private final Duration timeout;
  private final int maxPublishing;
  private final KafkaHealth health;
  private final Semaphore free;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            var made = new Thread(task, "kafka-publisher");
            made.setDaemon(true);
            return made;
          });

  private @Nullable Producer<byte[], byte[]> producer; // of the thread

  /**
   * @param properties of the producer
   * @param timeout how long a record may take until it is confirmed
   * @param maxPublishing how many records may not be confirmed yet
   */
  KafkaPublisher(
      Map<String, Object> properties, Duration timeout, int maxPublishing, KafkaHealth health) {
    this.properties = Map.copyOf(properties);
    this.timeout = timeout;
    this.maxPublishing = maxPublishing;
    this.health = health;
    this.free = new Semaphore(maxPublishing);
  }

  /** Completes when the record is confirmed. */
  CompletionStage<Void> publish(ProducerRecord<byte[], byte[]> record) {
    if (!free.tryAcquire()) {
      return CompletableFuture.failedFuture(
          new BrokerUnavailable(
              "%d events are on their way to Kafka already (expected: fewer)"
                  .formatted(maxPublishing)));
    }
    var published = new CompletableFuture<Void>();
    var deadline = System.nanoTime() + timeout.toNanos();
    try {
      thread.execute(() -> send(record, deadline, published));
    } catch (RejectedExecutionException e) {
      end(published, new BrokerUnavailable("the broker is closed", e));
    }
    return published;
  }

  /** What waits is still sent, and waited for a moment. */
  @Override
  public void close() {
    try {
      thread.execute(this::closeProducer);
    } catch (RejectedExecutionException e) {
      return; // closed already
    }
    thread.shutdown();
  }

  private void send(
      ProducerRecord<byte[], byte[]> record, long deadline, CompletableFuture<Void> published) {
    if (deadline - System.nanoTime() < 0) {
      var away = health.trouble().orElse("too many events wait for Kafka");
      end(published, new BrokerUnavailable(notPublished(record) + away));
      return;
    }
    try {
      var unused = producer().send(record, (metadata, cause) -> onSent(record, published, cause));
    } catch (KafkaException e) {
      onSent(record, published, e);
      if (!(e instanceof ApiException)) {
        closeProducer(); // it may not recover; the next one is a new one
      }
    }
  }

  private void onSent(
      ProducerRecord<?, ?> record, CompletableFuture<Void> published, @Nullable Exception cause) {
    if (cause == null) {
      health.answered();
      end(published, null);
    } else if (isAboutTheEvent(cause)) {
      end(published, new EventRefused(notPublished(record) + KafkaHealth.reason(cause), cause));
    } else {
      health.failed("events for topic " + record.topic() + " are not published", cause);
      end(
          published,
          new BrokerUnavailable(notPublished(record) + KafkaHealth.reason(cause), cause));
    }
  }

  private static boolean isAboutTheEvent(Exception cause) {
    return cause instanceof RecordTooLargeException
        || cause instanceof InvalidTopicException
        || cause instanceof InvalidRecordException;
  }

  private static String notPublished(ProducerRecord<?, ?> record) {
    return "no event was published to topic %s: ".formatted(record.topic());
  }

  private void end(CompletableFuture<Void> published, @Nullable RuntimeException failure) {
    free.release();
    if (failure == null) {
      published.complete(null);
    } else {
      published.completeExceptionally(failure);
    }
  }

  private Producer<byte[], byte[]> producer() {
    var open = producer;
    if (open == null) {
      open = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
      producer = open;
    }
    return open;
  }

  private void closeProducer() {
    var open = producer;
    producer = null;
    if (open != null) {
      open.close(CLOSE_TIMEOUT);
    }
  }
}
