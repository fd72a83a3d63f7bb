package io.cloudstate.proxy.eventing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.config.ProxySettings.Postgres;
import io.cloudstate.proxy.config.ProxySettings.PostgresSsl;
import io.cloudstate.proxy.storage.jdbc.PostgresDialect;
import io.cloudstate.proxy.storage.journal.LogPositions.Slice;
import io.cloudstate.proxy.testing.PostgresServer;
import io.cloudstate.proxy.testing.TestEventLoops;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Transactions of other processes too: slow ones, and such as are rolled back. */
class PostgresEventLogTest extends SqlEventLogContract {

  private static final String INSERT =
      """
      INSERT INTO "event_journal" ("persistence_id", "sequence_number", "writer",
        "write_timestamp", "adapter_manifest", "event_ser_id", "event_ser_manifest",
        "event_payload") VALUES ('%s', %d, 'test', 0, '', 1222419123, 'test/Item', 'x')
      """;

  @SuppressWarnings("NullAway.Init")
  private PostgresServer server;

  @Override
  protected Opened open(Path directory) {
    server = PostgresServer.start(directory.resolve("data"));
    var postgres =
        new Postgres(
            "localhost", server.port(), "postgres", "postgres", "secret", "", PostgresSsl.OFF);
    return opened(new PostgresDialect(postgres, JDBC, TestEventLoops.SHARED));
  }

  @AfterAll
  void stopServer() {
    server.close();
  }

  @Test
  void commitThatTakesLongIsNotSkippedAndHoldsNobodyUp() throws SQLException {
    // Given
    var follower = new Follower(log(), "slow");
    try (var slow = transaction()) {
      insert(slow, "slow|late", 1);
      store.append("slow|a", 0, payload("1"));
      assertThat(follower.ids()).containsExactly("slow|a@1");
      // When
      for (var i = 1; i <= 50; i++) {
        store.append("slow|a", i, payload("more"));
        follower.read();
      }
      assertThat(follower.read()).hasSize(51);
      assertThat(follower.hasGaps()).isTrue();
      var position = follower.position();
      slow.commit();
      // Then
      assertThat(follower.ids()).hasSize(52).last().isEqualTo("slow|late@1");
      assertThat(new Follower(log(), "slow", new Slice(0, 1), position).ids())
          .as("of one that goes on from what was saved meanwhile")
          .containsExactly("slow|late@1");
    }
    awaitNoGaps(follower);
  }

  @Test
  void numbersThatAreRolledBackAreForgottenOnlyWhenTheirTransactionIsOver() throws SQLException {
    var follower = new Follower(log(), "undone");
    try (var undone = transaction()) {
      insert(undone, "undone|never", 1);
      store.append("undone|a", 0, payload("1"));
      assertThat(follower.ids()).containsExactly("undone|a@1");
      follower.read();
      follower.read();
      assertThat(follower.hasGaps()).isTrue();
      undone.rollback();
      awaitNoGaps(follower);
    }
    assertThat(follower.ids()).containsExactly("undone|a@1");
  }

  @Test
  void transactionsThatBeganLaterDoNotKeepAGapOpen() throws SQLException {
    var follower = new Follower(log(), "overlap");
    try (var first = transaction();
        var second = transaction()) {
      insert(first, "overlap|never", 1);
      store.append("overlap|a", 0, payload("1"));
      follower.read();
      follower.read(); // now it is known who writes
      insert(second, "overlap|b", 1);
      first.rollback();
      awaitNoGaps(follower);
      // When
      store.append("overlap|a", 1, payload("2"));
      follower.read();
      assertThat(follower.hasGaps()).isTrue();
      second.commit();
      // Then
      assertThat(follower.ids()).containsExactly("overlap|a@1", "overlap|a@2", "overlap|b@1");
    }
    awaitNoGaps(follower);
  }

  @Test
  void severalSlowTransactionsAppearEachWhenItIsCommitted() throws SQLException {
    var follower = new Follower(log(), "mixed");
    try (var one = transaction();
        var two = transaction()) {
      insert(one, "mixed|one", 1);
      insert(two, "mixed|two", 1);
      insert(one, "mixed|one", 2);
      store.append("mixed|a", 0, payload("1"));
      assertThat(follower.ids()).containsExactly("mixed|a@1");
      two.commit();
      assertThat(follower.ids()).containsExactly("mixed|a@1", "mixed|two@1");
      one.commit();
      assertThat(follower.ids())
          .containsExactly("mixed|a@1", "mixed|two@1", "mixed|one@1", "mixed|one@2");
    }
    awaitNoGaps(follower);
  }

  private static void awaitNoGaps(Follower follower) {
    await()
        .untilAsserted(
            () -> {
              follower.read();
              assertThat(follower.hasGaps()).isFalse();
            });
  }

  private Connection transaction() throws SQLException {
    var connection = server.connect();
    connection.setAutoCommit(false);
    return connection;
  }

  private static void insert(Connection connection, String persistenceId, long sequence)
      throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(INSERT.formatted(persistenceId, sequence));
    }
  }
}
