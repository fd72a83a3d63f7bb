package io.cloudstate.proxy.storage.jdbc;

import static io.cloudstate.proxy.storage.StoreNode.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.ValueStoreContract;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import io.cloudstate.proxy.storage.store.StoredValue;
import io.cloudstate.proxy.storage.store.ValueStore;
import io.cloudstate.proxy.storage.store.ValueWrite;
import io.cloudstate.proxy.testing.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresValuesTest extends ValueStoreContract {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static PostgresServer server;

  @SuppressWarnings("NullAway.Init")
  private JdbcStore opened;

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Override
  protected ValueStore open() {
    server = PostgresServer.start(directory.resolve("data"));
    opened = TestStores.open(TestStores.dialect(TestStores.postgres(server.port())));
    return opened.values();
  }

  @Override
  protected void close() {
    opened.close();
  }

  @Test
  void textThatTheDatabaseCannotHoldFailsItsOwnWriteOnly() {
    var bad = new Payload("type.googleapis.com/a\0b", ByteString.EMPTY);
    var writes = new ArrayList<CompletionStage<Boolean>>();
    for (var i = 0; i < 20; i++) {
      writes.add(store.write(new ValueWrite(key("good-" + i), 0, payload("fine"))));
    }
    assertThatThrownBy(() -> write("nul", 0, bad))
        .isInstanceOf(StorageUnavailable.class)
        .hasMessageContaining("refuses revision 1 of carts|nul");
    writes.forEach(good -> assertThat(result(good)).isTrue());
    assertThat(read("nul")).isEqualTo(StoredValue.NONE);
  }

  @Test
  void writersOfOtherProxiesAreFencedRowByRow() {
    var other = TestStores.open(TestStores.dialect(TestStores.postgres(server.port())));
    for (var round = 0; round < 20; round++) {
      var writes = new ArrayList<CompletionStage<Boolean>>();
      for (var i = 0; i < 50; i++) {
        writes.add(store.write(new ValueWrite(key("shared-" + i), round, payload("here"))));
        // In the other order: each could wait for a row that the other holds.
        writes.add(
            other
                .values()
                .write(new ValueWrite(key("shared-" + (49 - i)), round, payload("there"))));
      }
      var written = writes.stream().filter(write -> result(write)).count();
      assertThat(written).isEqualTo(50);
    }
    other.close();
    for (var i = 0; i < 50; i++) {
      assertThat(read("shared-" + i).revision()).isEqualTo(20);
    }
  }

  @Test
  void storeFailsAtOnceWhileTheServerIsAwayAndComesBack() {
    write("away", 0, payload("a"));
    server.kill();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> assertThatThrownBy(() -> read("away")).isInstanceOf(StorageUnavailable.class));
    var from = System.nanoTime();
    assertThatThrownBy(() -> write("away", 1, payload("b"))).isInstanceOf(StorageUnavailable.class);
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofMillis(500));
    server.start();
    await()
        .atMost(Duration.ofSeconds(10))
        .ignoreExceptionsInstanceOf(StorageUnavailable.class)
        .until(() -> write("away", read("away").revision(), payload("c")));
    assertThat(read("away")).isEqualTo(new StoredValue(2, payload("c")));
  }
}
