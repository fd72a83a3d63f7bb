package io.cloudstate.proxy.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.StoreClient;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Entities that append one event after the other, that ask after each failure what the last event
 * is, and remember the last that was acknowledged.
 */
final class AppendLoad {

  private static final AtomicInteger loads = new AtomicInteger();
  static final Payload EVENT =
      new Payload("type.googleapis.com/test.Item", ByteString.copyFromUtf8("appended"));

  private final StoreClient store;
  private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
  private final AtomicLong count = new AtomicLong();
  private final AtomicInteger running;
  private volatile @Nullable AssertionError lost;
  private volatile boolean isStopping;

  private AppendLoad(StoreClient store, int entities) {
    this.store = store;
    this.running = new AtomicInteger(entities);
  }

  static AppendLoad start(StoreClient store, int entities) {
    var load = new AppendLoad(store, entities);
    var number = loads.incrementAndGet();
    for (var i = 0; i < entities; i++) {
      load.begin("load-" + number + "-" + i);
    }
    return load;
  }

  /** Whether an event can be appended to the entity now. */
  static boolean tryAppend(StoreClient store, String id) {
    try {
      return StoreClient.result(store.send(id, store.lastSequence(id), EVENT));
    } catch (StorageUnavailable e) {
      return false;
    }
  }

  static void appendOnce(StoreClient store, String id) {
    assertThat(tryAppend(store, id)).as("appended to " + id).isTrue();
  }

  /** Waits until some more events are acknowledged. */
  void awaitProgress() {
    var target = count.get() + 200;
    await().atMost(Duration.ofSeconds(10)).until(() -> count.get() >= target);
  }

  /** Everything that was acknowledged has to be there. */
  void stopAndCheck() {
    isStopping = true;
    await().atMost(Duration.ofSeconds(10)).until(() -> running.get() == 0);
    if (lost != null) {
      throw lost;
    }
    acknowledged.forEach(
        (id, last) -> {
          // One more may be there: written, and not confirmed before the failure.
          assertThat((long) store.allEvents(id).size())
              .as("events of " + id)
              .isGreaterThanOrEqualTo(last);
        });
  }

  private void begin(String id) {
    store
        .store()
        .lastSequence(id)
        .whenComplete(
            (last, failure) -> {
              if (failure != null) {
                again(id);
              } else if (last < acknowledged.getOrDefault(id, 0L)) {
                lost = new AssertionError(id + " has lost events: " + last);
                end();
              } else {
                append(id, last);
              }
            });
  }

  private void append(String id, long last) {
    if (isStopping) {
      end();
      return;
    }
    store
        .send(id, last, EVENT)
        .whenComplete(
            (written, failure) -> {
              if (failure != null || !written) {
                again(id);
              } else {
                acknowledged.put(id, last + 1);
                count.incrementAndGet();
                append(id, last + 1);
              }
            });
  }

  private void again(String id) {
    if (isStopping) {
      end();
    } else {
      CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS).execute(() -> begin(id));
    }
  }

  private void end() {
    running.decrementAndGet();
  }
}
