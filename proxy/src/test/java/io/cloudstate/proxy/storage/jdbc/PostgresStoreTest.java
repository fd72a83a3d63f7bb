package io.cloudstate.proxy.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.EventStoreContract;
import io.cloudstate.proxy.storage.StoreClient;
import io.cloudstate.proxy.storage.journal.EventStore;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import io.cloudstate.proxy.testing.PostgresServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresStoreTest extends EventStoreContract {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static PostgresServer server;

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Override
  protected EventStore open() {
    server = PostgresServer.start(directory.resolve("data"));
    return TestStores.open(TestStores.dialect(TestStores.postgres(server.port())));
  }

  @Test
  void oneConflictAmongManyEntitiesFailsItsOwnWriteOnly() {
    // Given
    store.append("conflict", 0, payload("first"));
    var writes = new ArrayList<CompletionStage<Boolean>>();
    // When
    for (var i = 0; i < 50; i++) {
      writes.add(store.send(i == 25 ? "conflict" : "other-" + i, 0, payload("written")));
    }
    // Then
    var late = writes.remove(25);
    assertThat(writes).allSatisfy(write -> assertThat(StoreClient.result(write)).isTrue());
    assertThat(StoreClient.result(late)).isFalse();
    assertThat(store.allEvents("conflict")).isEqualTo(numbered(1, payload("first")));
  }

  @Test
  void textThatTheDatabaseCannotHoldFailsItsOwnWriteOnly() {
    var nul = new Payload("type.googleapis.com/a\0b", ByteString.EMPTY);
    var bad = store.send("nul", 0, nul);
    store.append("no-nul", 0, payload("fine"));
    assertThatThrownBy(() -> StoreClient.result(bad)).isInstanceOf(StorageUnavailable.class);
    store.append("nul", 0, payload("fine"));
  }

  @Test
  void sessionsCommitDurablyEvenIfTheServerDoesNotByDefault() throws SQLException {
    server.execute("ALTER SYSTEM SET synchronous_commit = off", "SELECT pg_reload_conf()");
    try (var connection = TestStores.dialect(TestStores.postgres(server.port())).connect();
        var statement = connection.createStatement();
        var row = statement.executeQuery("SHOW synchronous_commit")) {
      row.next();
      assertThat(row.getString(1)).isEqualTo("on");
    } finally {
      server.execute("ALTER SYSTEM RESET synchronous_commit", "SELECT pg_reload_conf()");
    }
  }
}
