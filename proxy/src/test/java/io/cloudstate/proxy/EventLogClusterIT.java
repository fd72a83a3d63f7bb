package io.cloudstate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.EntityOuterClass.MetadataEntry;
import io.cloudstate.proxy.testing.EventLogModel;
import io.cloudstate.proxy.testing.FakeUserFunction;
import io.cloudstate.proxy.testing.ManagementPort;
import io.cloudstate.proxy.testing.PostgresServer;
import io.cloudstate.proxy.testing.Relay;
import io.cloudstate.proxy.testing.TestProxy;
import io.cloudstate.testing.FreePort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes on one database, which share the slices of an event log, and the end of one of them.
 */
class EventLogClusterIT {

  private static final int ENTITIES = 12;

  @Test
  void slicesAreSharedAndMoveWhenANodeLeaves(@TempDir Path directory) {
    var handled = new ConcurrentHashMap<String, List<String>>(); // sequences by subject
    try (var database = PostgresServer.start(directory.resolve("postgres"));
        var function = FakeUserFunction.start(EventLogModel.spec())) {
      function.actionsDo(
          call ->
              call.does(
                  (each, command) -> {
                    if (command != null) {
                      handled
                          .computeIfAbsent(
                              of(command, "ce-subject"), id -> new CopyOnWriteArrayList<>())
                          .add(of(command, "ce-sequence"));
                      each.answer(EventLogModel.answer());
                    }
                  }));
      try (var one = Node.start(function, database, 0)) {
        try (var two = Node.start(function, database, one.relay.port());
            var client = new EventLogModel(function, one.proxy)) {
          await()
              .atMost(Duration.ofSeconds(60))
              .untilAsserted(
                  () ->
                      assertThat(one.consumers())
                          .contains(one.address(), two.address())
                          .doesNotContain("unknown", "starting"));
          emitAll(client, "early-");
          awaitAll(handled, ENTITIES);
        }
        // When
        try (var client = new EventLogModel(function, one.proxy)) {
          emitAll(client, "late-");
        }
        // Then
        awaitAll(handled, 2 * ENTITIES);
        assertThat(handled.values())
            .allSatisfy(sequences -> assertThat(sequences).isSorted().startsWith("1"));
        assertThat(one.consumers()).doesNotContain("unknown");
      }
    }
  }

  private static void emitAll(EventLogModel client, String prefix) {
    for (var i = 0; i < ENTITIES; i++) {
      client.emit(prefix + i, EventLogModel.eventOne("text"));
      client.emit(prefix + i, EventLogModel.eventOne("text"));
    }
  }

  private static void awaitAll(Map<String, List<String>> handled, int entities) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(handled)
                    .hasSize(entities)
                    .allSatisfy((id, sequences) -> assertThat(sequences).endsWith("2")));
  }

  private static String of(ActionCommand command, String key) {
    return command.getMetadata().getEntriesList().stream()
        .filter(entry -> entry.getKey().equals(key))
        .map(MetadataEntry::getStringValue)
        .findFirst()
        .orElse("");
  }

  private record Node(Relay relay, TestProxy proxy, ManagementPort management)
      implements AutoCloseable {

    static Node start(FakeUserFunction function, PostgresServer database, int seedPort) {
      var remotingPort = FreePort.find();
      var managementPort = FreePort.find();
      var relay = Relay.to(remotingPort);
      var settings = new HashMap<String, String>();
      settings.put("management.port", Integer.toString(managementPort));
      settings.put("store", "postgres");
      settings.put("postgres.port", Integer.toString(database.port()));
      settings.put("postgres.database", "postgres");
      settings.put("postgres.user", "postgres");
      settings.put("jdbc.max-connections", "4");
      var proxy =
          TestProxy.startMember(
              function.port(),
              settings,
              remotingPort,
              relay,
              seedPort == 0 ? relay.port() : seedPort);
      assertThat(proxy.port()).isPositive();
      return new Node(relay, proxy, new ManagementPort("127.0.0.1", managementPort));
    }

    String consumers() {
      return management.get("/admin/consumers").body();
    }

    String address() {
      return "127.0.0.1:" + relay.port();
    }

    @Override
    public void close() {
      proxy.close();
      relay.close();
    }
  }
}
