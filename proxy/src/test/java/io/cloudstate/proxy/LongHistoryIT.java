package io.cloudstate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.proxy.testing.FakeUserFunction;
import io.cloudstate.proxy.testing.ProxyProcess;
import io.cloudstate.proxy.testing.TckModel;
import io.cloudstate.tck.model.EventSourcedTckModelGrpc;
import io.cloudstate.tck.model.Eventsourced.Request;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A history that does not fit into the heap, and a function that takes its time. */
class LongHistoryIT {

  private static final int EVENTS = 200_000;
  private static final int EVENT_BYTES = 700; // twice the heap, all together
  private static final int TAKEN_AT_A_TIME = 500;
  private static final String ID = "old one";

  @Test
  void isReplayedToASlowFunctionWithinASmallHeap(@TempDir Path directory) throws Exception {
    // Given
    try (var function =
            FakeUserFunction.startSlow(
                TckModel.spec(TckModel.entity(TckModel.MODEL, "histories")));
        var proxy =
            new ProxyProcess(directory, function.port(), "-Dcloudstate.proxy.relay-timeout=5m")
                .withHeap("72m")) {
      proxy.start();
      proxy.kill(); // has made its tables
      writeHistory(directory.resolve("store"));
      proxy.start();
      var channel =
          NettyChannelBuilder.forAddress("127.0.0.1", proxy.port()).usePlaintext().build();
      // When
      var call =
          EventSourcedTckModelGrpc.newFutureStub(channel)
              .withDeadlineAfter(5, TimeUnit.MINUTES)
              .process(Request.newBuilder().setId(ID).build());
      var stream = function.nextStream();
      stream.request(1);
      assertThat(stream.next()).isEqualTo(TckModel.init(TckModel.MODEL, ID));
      proxy.awaitIdle(); // it has sent what the window takes, and waits for the function
      // Then
      for (var sequence = 1; sequence <= EVENTS; sequence++) {
        if (sequence % TAKEN_AT_A_TIME == 1) {
          stream.request(TAKEN_AT_A_TIME);
        }
        assertThat(stream.next().getEvent().getSequence()).isEqualTo(sequence);
      }
      stream.request(1);
      assertThat(stream.nextCommand().getId()).isEqualTo(1);
      stream.send(TckModel.out(TckModel.reply(1, "loaded")));
      assertThat(call.get(30, TimeUnit.SECONDS).getMessage()).isEqualTo("loaded");
      assertThat(proxy.isRunning()).isTrue();
      channel.shutdownNow();
    }
  }

  private static void writeHistory(Path store) throws SQLException {
    try (var connection = DriverManager.getConnection("jdbc:h2:file:" + store.toAbsolutePath());
        var insert =
            connection.prepareStatement(
                """
                INSERT INTO "event_journal"
                  ("deleted", "persistence_id", "sequence_number", "writer", "write_timestamp",
                   "adapter_manifest", "event_payload", "event_ser_id", "event_ser_manifest")
                SELECT FALSE, ?, X, '', 0, '', SECURE_RAND(?), 1222419123, 'some.type/Event'
                FROM SYSTEM_RANGE(1, ?)
                """)) {
      insert.setString(1, "histories|" + ID);
      insert.setInt(2, EVENT_BYTES);
      insert.setInt(3, EVENTS);
      assertThat(insert.executeUpdate()).isEqualTo(EVENTS);
    }
  }
}
