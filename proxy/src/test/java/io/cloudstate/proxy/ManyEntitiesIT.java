package io.cloudstate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import io.cloudstate.proxy.testing.AppendingFunction;
import io.cloudstate.proxy.testing.TestProxy;
import io.cloudstate.tck.model.EventSourcedTckModelGrpc;
import io.cloudstate.tck.model.Eventsourced.Emit;
import io.cloudstate.tck.model.Eventsourced.Request;
import io.cloudstate.tck.model.Eventsourced.RequestAction;
import io.cloudstate.tck.model.Eventsourced.Response;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** More loaded entities than one connection has streams. */
class ManyEntitiesIT {

  private static final int ENTITIES = 10_000;
  private static final int STREAMS_PER_CONNECTION = 100;
  private static final int FEW_STREAMS_PER_CONNECTION = 7;
  private static final int IN_FLIGHT = 200;

  @Test
  void tenThousandEntitiesAreLoadedAtOnceFromAFunctionThatAllowsAHundredStreamsPerConnection()
      throws Exception {
    try (var function = AppendingFunction.start(STREAMS_PER_CONNECTION);
        var proxy =
            TestProxy.start(
                function.port(), Map.of("eventsourced-entity.passivation-timeout", "1h"))) {
      var channel = proxy.connect();
      try {
        var stub = EventSourcedTckModelGrpc.newFutureStub(channel);
        // When
        appendToAll(stub, ENTITIES);
        appendToAll(stub, ENTITIES); // all of them are loaded still: nothing is replayed
        // Then
        assertThat(function.eventsReplayed()).isZero();
        assertThat(function.violations()).isEmpty();
        assertThat(function.complaints()).isEmpty();
        var list = stub.process(Request.newBuilder().setId("entity-4711").build());
        assertThat(list.get(30, TimeUnit.SECONDS).getMessage()).isEqualTo("one,one");
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
        appendToAll(EventSourcedTckModelGrpc.newFutureStub(channel), 300);
        assertThat(function.complaints()).isEmpty();
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static void appendToAll(
      EventSourcedTckModelGrpc.EventSourcedTckModelFutureStub stub, int entities) throws Exception {
    var emit = RequestAction.newBuilder().setEmit(Emit.newBuilder().setValue("one"));
    var calls = new ArrayList<ListenableFuture<Response>>();
    for (var i = 0; i < entities; i++) {
      if (i >= IN_FLIGHT) {
        calls.get(i - IN_FLIGHT).get(30, TimeUnit.SECONDS);
      }
      calls.add(stub.process(Request.newBuilder().setId("entity-" + i).addActions(emit).build()));
    }
    for (var call : calls) {
      call.get(30, TimeUnit.SECONDS);
    }
  }
}
