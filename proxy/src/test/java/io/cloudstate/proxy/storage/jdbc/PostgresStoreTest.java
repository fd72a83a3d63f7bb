package io.cloudstate.proxy.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.EventJournalContract;
import io.cloudstate.proxy.storage.StoreNode.Writer;
import io.cloudstate.proxy.storage.journal.JournalStore;
import io.cloudstate.proxy.storage.journal.JournalWriter.Written;
import io.cloudstate.proxy.testing.PostgresServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresStoreTest extends EventJournalContract {

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
  protected JournalStore open() {
    server = PostgresServer.start(directory.resolve("data"));
    return TestStores.open(TestStores.dialect(TestStores.postgres(server.port())));
  }

  @Test
  void oneConflictAmongManyEntitiesFailsItsOwnWriteOnly() {
    // Given
    var late = node.writer("conflict", 0);
    node.writer("conflict", 0).write(0, null, payload("first"));
    var others = new ArrayList<Writer>();
    for (var i = 0; i < 50; i++) {
      others.add(node.writer("other-" + i, 0));
    }
    // When
    for (var i = 0; i < others.size(); i++) {
      others.get(i).send(0, null, payload("other"));
      if (i == 25) {
        late.send(0, null, payload("too late"));
      }
    }
    // Then
    others.forEach(other -> other.results().expectMessage(new Written(1)));
    late.results().expectTerminated(late.ref(), Duration.ofSeconds(5));
    assertThat(node.allEvents("conflict")).isEqualTo(numbered(1, payload("first")));
  }

  @Test
  void textThatTheDatabaseCannotHoldFailsItsOwnWriteOnly() {
    var bad = node.writer("nul", 0);
    var good = node.writer("no-nul", 0);
    bad.send(0, null, new Payload("type.googleapis.com/a\0b", ByteString.EMPTY));
    good.write(0, null, payload("fine"));
    bad.results().expectTerminated(bad.ref(), Duration.ofSeconds(5));
    node.writer("nul", 0).write(0, null, payload("fine"));
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
