package io.cloudstate.proxy.eventing;

import static io.cloudstate.proxy.storage.StoreClient.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.config.ProxySettings.Jdbc;
import io.cloudstate.proxy.storage.StoreClient;
import io.cloudstate.proxy.storage.jdbc.Dialect;
import io.cloudstate.proxy.storage.jdbc.JdbcStore;
import io.cloudstate.proxy.storage.journal.StoreHealth;
import io.cloudstate.proxy.storage.journal.StoreMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The same in databases, where numbers get lost. */
abstract class SqlEventLogContract extends EventLogContract {

  protected static final Jdbc JDBC =
      new Jdbc(true, 8, Duration.ofSeconds(1), Duration.ofSeconds(10), 10_000, 5_000, 100);

  protected static Opened opened(Dialect dialect) {
    var store =
        JdbcStore.open(
            dialect, JDBC, new StoreHealth(System::nanoTime), StoreMetrics.NONE, Clock.systemUTC());
    return new Opened(store, store.logs());
  }

  @Test
  void numbersOfFencedWritesHoldNobodyUpAndAreForgotten() {
    // Given
    store.append("fenced|a", 0, payload("1"));
    assertThat(result(store.send("fenced|a", 0, payload("other"), payload("other")))).isFalse();
    store.append("fenced|b", 0, payload("1"));
    // When
    var follower = new Follower(log(), "fenced");
    // Then
    assertThat(follower.ids()).containsExactly("fenced|a@1", "fenced|b@1");
    await()
        .untilAsserted(
            () -> {
              follower.read();
              assertThat(follower.hasGaps()).isFalse();
            });
    assertThat(follower.position().open()).isEmpty();
  }

  @Test
  void everyEventOfManyWritersComesOnceAndInTheOrderOfItsEntity() {
    // Given
    var follower = new Follower(log(), "many");
    var sent = new ArrayList<CompletionStage<Boolean>>();
    for (var round = 0; round < 40; round++) {
      var writes = new ArrayList<CompletionStage<Boolean>>();
      for (var entity = 0; entity < 10; entity++) {
        writes.add(store.send("many|" + entity, round, payload("" + round)));
        sent.add(store.send("many|" + entity, round, payload("fenced, or the other is")));
      }
      follower.read(); // while they are being written
      writes.forEach(StoreClient::result);
    }
    sent.forEach(StoreClient::result);
    // Then
    await().untilAsserted(() -> assertThat(follower.read()).hasSize(400));
    var last = new HashMap<String, Long>();
    for (var event : follower.read()) {
      assertThat(event.sequence()).isEqualTo(last.getOrDefault(event.persistenceId(), 0L) + 1);
      last.put(event.persistenceId(), event.sequence());
    }
    assertThat(new HashSet<>(follower.ids())).hasSize(400);
    await()
        .untilAsserted(
            () -> {
              follower.read();
              assertThat(follower.hasGaps()).isFalse();
            });
  }
}
