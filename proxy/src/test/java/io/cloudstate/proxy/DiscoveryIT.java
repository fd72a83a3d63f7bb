package io.cloudstate.proxy;

import static io.cloudstate.proxy.testing.TckModel.entity;
import static io.cloudstate.proxy.testing.TckModel.out;
import static io.cloudstate.proxy.testing.TckModel.reply;
import static io.cloudstate.proxy.testing.TckModel.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.proxy.testing.FakeUserFunction;
import io.cloudstate.proxy.testing.TckModel;
import io.cloudstate.proxy.testing.TestProxy;
import io.cloudstate.tck.model.EventSourcedTckModelGrpc;
import io.cloudstate.tck.model.EventSourcedTwoGrpc;
import io.cloudstate.tck.model.Eventsourced.Request;
import io.cloudstate.tck.model.Eventsourced.Response;
import io.cloudstate.testing.FreePort;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the proxy learns from the user function, and when: at the start, and when it comes back. */
class DiscoveryIT {

  private static final EntitySpec ONE = spec(entity(TckModel.MODEL, "one"));
  private static final EntitySpec BOTH =
      spec(entity(TckModel.MODEL, "one"), entity(TckModel.TWO, "two"));
  private static final EntitySpec INCOMPATIBLE = spec(entity(TckModel.MODEL, "moved"));

  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  @AfterEach
  void close() throws Exception {
    for (var resource : open) {
      resource.close();
    }
  }

  @Test
  void functionIsAskedOnceAndToldWhatTheProxyIs() {
    // Given
    var function = closed(FakeUserFunction.start(ONE));
    // When
    var proxy = closed(TestProxy.start(function.port()));
    // Then
    var info = function.nextDiscovery();
    assertThat(info.getProtocolMajorVersion()).isZero();
    assertThat(info.getProtocolMinorVersion()).isEqualTo(2);
    assertThat(info.getProxyName()).isEqualTo("cloudstate-proxy");
    assertThat(info.getProxyVersion()).isNotEmpty();
    assertThat(info.getSupportedEntityTypesList())
        .containsExactlyInAnyOrder(
            "cloudstate.action.ActionProtocol",
            "cloudstate.crdt.Crdt",
            "cloudstate.eventsourced.EventSourced",
            "cloudstate.valueentity.ValueEntity");
    assertThat(call(proxy, function)).isEqualTo("hello");
    assertThat(function.hasFurtherDiscovery()).isFalse();
  }

  @Test
  void valueEntitiesThatAreSwitchedOffAreNotAnnounced() {
    // Given
    var function = closed(FakeUserFunction.start(ONE));
    // When
    closed(TestProxy.start(function.port(), Map.of("value-entity.enabled", "false")));
    // Then
    assertThat(function.nextDiscovery().getSupportedEntityTypesList())
        .doesNotContain("cloudstate.valueentity.ValueEntity");
  }

  @Test
  void portIsClosedUntilTheFunctionIsThere() {
    // Given
    var port = FreePort.find();
    var proxy = closed(TestProxy.start(port));
    await().during(Duration.ofMillis(500)).until(() -> !proxy.isOnline());
    // When
    var function = closed(FakeUserFunction.start(port, ONE));
    // Then
    assertThat(call(proxy, function)).isEqualTo("hello");
    function.nextDiscovery();
    assertThat(function.hasFurtherDiscovery()).isFalse();
  }

  @Test
  void specWithMistakesIsReportedAndTheRightOneServedWhenTheFunctionComesBack() throws Exception {
    // Given
    var wrong = FakeUserFunction.start(spec(entity("nobody.Home", "x"), entity(TckModel.TWO, "")));
    var proxy = closed(TestProxy.start(wrong.port()));
    // Then
    assertThat(List.of(wrong.nextReport(), wrong.nextReport())) // two calls, in no order
        .containsExactlyInAnyOrder(
            "Service [nobody.Home] not found in descriptors!",
            "Service [" + TckModel.TWO + "] has declared an empty persistence id");
    wrong.nextDiscovery();
    wrong.nextDiscovery(); // it asks again, with back-off, and reports only what is new
    assertThat(proxy.isOnline()).isFalse();
    // When
    wrong.close();
    var right = closed(FakeUserFunction.start(wrong.port(), ONE));
    // Then
    assertThat(call(proxy, right)).isEqualTo("hello");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cloudstate.crdt.Crdt", "cloudstate.function.StatelessFunction"})
  void functionOfProtocol01WithAnythingButEventSourcedEntitiesIsToldSo(String type) {
    // Given
    var other = entity(TckModel.TWO, "two").toBuilder().setEntityType(type).build();
    var legacy = spec(entity(TckModel.MODEL, "one"), other).toBuilder().clearServiceInfo().build();
    var function = closed(FakeUserFunction.start(legacy));
    var port = FreePort.find();
    // When
    var proxy =
        closed(TestProxy.start(function.port(), Map.of("http-port", Integer.toString(port))));
    // Then
    assertThat(function.nextReport())
        .isEqualTo(
            "Service [cloudstate.tck.model.EventSourcedTwo] has declared the entity type ["
                + type
                + "], but protocol 0.1 functions may only declare event sourced entities");
    function.nextDiscovery();
    function.nextDiscovery(); // asked again, nothing new to say
    assertThat(function.hasFurtherReport()).isFalse();
    assertThat(proxy.isOnline()).isFalse();
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void functionThatComesBackWithMoreServicesIsTakenOverWithoutANewStart() throws Exception {
    // Given
    var before = FakeUserFunction.start(ONE);
    var proxy = closed(TestProxy.start(before.port()));
    call(proxy, before);
    assertThat(two(proxy).getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    // When
    before.close();
    var after = closed(FakeUserFunction.start(before.port(), BOTH));
    after.nextDiscovery();
    // Then
    await().until(() -> two(proxy).getCode() != Status.Code.UNIMPLEMENTED);
    var stream = after.nextStream();
    assertThat(stream.next().getInit().getServiceName()).isEqualTo(TckModel.TWO);
    assertThat(call(proxy, after)).isEqualTo("hello");
  }

  @Test
  void serviceThatIsGoneIsNoLongerServed() throws Exception {
    // Given
    var before = FakeUserFunction.start(BOTH);
    var proxy = closed(TestProxy.start(before.port()));
    call(proxy, before);
    // When
    before.close();
    var after = closed(FakeUserFunction.start(before.port(), ONE));
    after.nextDiscovery();
    // Then
    await().until(() -> two(proxy).getCode() == Status.Code.UNIMPLEMENTED);
    assertThat(call(proxy, after)).isEqualTo("hello");
  }

  @Test
  void incompatibleSpecIsReportedAndTheOldOneStaysServed() throws Exception {
    // Given
    var before = FakeUserFunction.start(ONE);
    var proxy = closed(TestProxy.start(before.port()));
    call(proxy, before);
    // When
    before.close();
    var after = closed(FakeUserFunction.start(before.port(), INCOMPATIBLE));
    // Then
    // a stream of the old one that was cut may be reported, too
    assertThat(after.nextReportWith("[moved]")).contains(TckModel.MODEL).contains("[one]");
    assertThat(call(proxy, after)).isEqualTo("hello");
  }

  /** Calls the model for a new entity and answers as the function. */
  private String call(TestProxy proxy, FakeUserFunction function) {
    var channel = connect(proxy);
    var id = "entity " + System.nanoTime();
    var call =
        EventSourcedTckModelGrpc.newFutureStub(channel)
            .withWaitForReady()
            .process(Request.newBuilder().setId(id).build());
    var stream = function.nextStream();
    while (!stream.next().getInit().getEntityId().equals(id)) {
      stream = function.nextStream();
    }
    stream.nextCommand();
    stream.send(out(reply(1, "hello")));
    return message(call);
  }

  /** What calling the other service comes to, given a moment. */
  private Status two(TestProxy proxy) {
    var call =
        EventSourcedTwoGrpc.newBlockingStub(connect(proxy)).withDeadlineAfter(1, TimeUnit.SECONDS);
    var failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> call.call(Request.newBuilder().setId("two").build()));
    assertThat(failure).isNotNull();
    return failure.getStatus();
  }

  private ManagedChannel connect(TestProxy proxy) {
    var channel = proxy.connect();
    open.addFirst(channel::shutdownNow);
    return channel;
  }

  private <T extends AutoCloseable> T closed(T resource) {
    open.addFirst(resource);
    return resource;
  }

  private static String message(ListenableFuture<Response> call) {
    try {
      return call.get(20, TimeUnit.SECONDS).getMessage();
    } catch (ExecutionException | InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
