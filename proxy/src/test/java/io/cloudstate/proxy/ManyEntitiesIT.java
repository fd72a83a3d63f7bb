package io.cloudstate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import io.cloudstate.proxy.testing.AppendingFunction;
import io.cloudstate.proxy.testing.ProxyProcess;
import io.cloudstate.proxy.testing.TestProxy;
import io.cloudstate.tck.model.Crdt;
import io.cloudstate.tck.model.CrdtTckModelGrpc;
import io.cloudstate.tck.model.EventSourcedTckModelGrpc;
import io.cloudstate.tck.model.Eventsourced;
import io.cloudstate.tck.model.valueentity.ValueEntityTckModelGrpc;
import io.cloudstate.tck.model.valueentity.Valueentity;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More loaded entities than one connection has streams, and what they cost. */
class ManyEntitiesIT {

  private static final int ENTITIES = 10_000;
  private static final int FIRST_ENTITIES = 200;
  private static final int STREAMS_PER_CONNECTION = 100;
  private static final int FEW_STREAMS_PER_CONNECTION = 7;
  private static final int IN_FLIGHT = 200;

  /** The budget of an idle loaded entity. */
  private static final int MAX_BYTES_PER_ENTITY = 20 * 1024;

  /** Less than half of what the budget allows: so many entities have to fit all the same. */
  private static final String HEAP = "256m";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  @Test
  void tenThousandEntitiesOfEveryKindAreLoadedAtOnceAndStayWithinTheirHeapBudget()
      throws Exception {
    try (var function = AppendingFunction.start(STREAMS_PER_CONNECTION);
        var proxy = inMemory(function).withHeap(HEAP)) {
      proxy.start();
      var channel =
          NettyChannelBuilder.forAddress("127.0.0.1", proxy.port()).usePlaintext().build();
      try {
        // Given: what is needed once is there, classes and buffers
        for (var kind : Kind.values()) {
          callEach(kind.method(channel), "first-", FIRST_ENTITIES);
        }
        for (var kind : Kind.values()) {
          var before = proxy.liveHeapBytes();
          // When
          callEach(kind.method(channel), "entity-", ENTITIES);
          // Then
          var bytesPerEntity = (proxy.liveHeapBytes() - before) / ENTITIES;
          System.out.printf("%s: %d bytes of heap per entity%n", kind, bytesPerEntity);
          assertThat(bytesPerEntity)
              .as("heap of the proxy for an entity, %s", kind)
              .isLessThanOrEqualTo(MAX_BYTES_PER_ENTITY);
        }
        assertThat(function.openCalls()).isEqualTo(3 * (FIRST_ENTITIES + ENTITIES));
        assertThat(function.violations()).isEmpty();
        assertThat(function.complaints()).isEmpty();
        for (var kind : Kind.values()) {
          assertThat(kind.method(channel).call("entity-4711").get(30, TimeUnit.SECONDS))
              .as("reply to the second call, %s", kind)
              .contains("2");
        }
      } finally {
        channel.shutdownNow();
      }
    }
  }

  @Test
  void functionThatAllowsFewStreamsPerConnectionGetsMoreConnections() throws Exception {
    try (var function = AppendingFunction.start(FEW_STREAMS_PER_CONNECTION);
        var proxy =
            TestProxy.start(
                function.port(), Map.of("eventsourced-entity.passivation-timeout", "1h"))) {
      var channel = proxy.connect();
      try {
        callEach(Kind.EVENT_SOURCED.method(channel), "entity-", 300);
        assertThat(function.openCalls()).isEqualTo(300);
        assertThat(function.complaints()).isEmpty();
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private ProxyProcess inMemory(AppendingFunction function) {
    return new ProxyProcess(
        directory,
        function.port(),
        Map.of("CLOUDSTATE_STORE", "in-memory"),
        "-Dcloudstate.proxy.eventsourced-entity.passivation-timeout=1h",
        "-Dcloudstate.proxy.value-entity.passivation-timeout=1h",
        "-Dcloudstate.proxy.crdt-entity.passivation-timeout=1h");
  }

  private static void callEach(Method method, String prefix, int entities) throws Exception {
    var calls = new ArrayList<Future<String>>();
    for (var i = 0; i < entities; i++) {
      if (i >= IN_FLIGHT) {
        calls.get(i - IN_FLIGHT).get(30, TimeUnit.SECONDS);
      }
      calls.add(method.call(prefix + i));
    }
    for (var call : calls) {
      call.get(30, TimeUnit.SECONDS);
    }
  }

  /** Changes an entity; what comes is the reply, as text. */
  private interface Method {
    Future<String> call(String entity);
  }

  private enum Kind {
    EVENT_SOURCED {
      @Override
      Method method(ManagedChannel channel) {
        var stub = EventSourcedTckModelGrpc.newFutureStub(channel);
        var emit =
            Eventsourced.RequestAction.newBuilder()
                .setEmit(Eventsourced.Emit.newBuilder().setValue("one"));
        return entity ->
            text(
                stub.process(
                    Eventsourced.Request.newBuilder().setId(entity).addActions(emit).build()));
      }
    },
    VALUE {
      @Override
      Method method(ManagedChannel channel) {
        var stub = ValueEntityTckModelGrpc.newFutureStub(channel);
        var update =
            Valueentity.RequestAction.newBuilder()
                .setUpdate(Valueentity.Update.newBuilder().setValue("one"));
        return entity ->
            text(
                stub.process(
                    Valueentity.Request.newBuilder().setId(entity).addActions(update).build()));
      }
    },
    CRDT {
      @Override
      Method method(ManagedChannel channel) {
        var stub = CrdtTckModelGrpc.newFutureStub(channel);
        var update = Crdt.RequestAction.newBuilder().setUpdate(Crdt.Update.getDefaultInstance());
        return entity ->
            text(stub.process(Crdt.Request.newBuilder().setId(entity).addActions(update).build()));
      }
    };

    abstract Method method(ManagedChannel channel);

    private static Future<String> text(ListenableFuture<?> reply) {
      return Futures.transform(reply, Object::toString, Runnable::run);
    }
  }
}
