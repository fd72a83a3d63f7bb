package io.cloudstate.proxy.entity.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.ActionProtocolGrpc;
import io.cloudstate.protocol.EntityOuterClass;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Answer.ClientAction;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.StreamedCall;
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.MethodDefinition;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.entity.EntityMetrics;
import io.cloudstate.proxy.testing.TestEventLoops;
import io.cloudstate.proxy.testing.TestUserFunction;
import io.cloudstate.proxy.userfunction.UserFunction;
import io.grpc.Attributes;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streamed actions on a function that need not keep to the protocol. */
class StreamedActionTest {

  private static final String IN = "ProcessStreamedIn";
  private static final String OUT = "ProcessStreamedOut";
  private static final String BOTH = "ProcessStreamed";
  private static final Payload REQUEST = new Payload("in", ByteString.copyFromUtf8("request"));

  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger cancelled = new AtomicInteger();
  private final BlockingQueue<ActionCommand> commands = new LinkedBlockingQueue<>();
  private volatile BiConsumer<StreamObserver<byte[]>, ActionCommand> behaviour = (out, in) -> {};
  private volatile boolean completesAtTheEnd;
  private Server server;
  private UserFunction function;

  @BeforeEach
  void start() throws Exception {
    var service = ServerServiceDefinition.builder(ActionProtocolGrpc.SERVICE_NAME);
    for (var method :
        List.of(
            ActionProtocolGrpc.getHandleStreamedInMethod(),
            ActionProtocolGrpc.getHandleStreamedOutMethod(),
            ActionProtocolGrpc.getHandleStreamedMethod())) {
      service.addMethod(anyBytes(method), ServerCalls.asyncBidiStreamingCall(this::onCall));
    }
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(service.build())
            .addTransportFilter(new CountingConnections())
            .build()
            .start();
    function = TestUserFunction.at(server);
  }

  @AfterEach
  void stop() {
    function.close();
    server.shutdownNow();
  }

  private StreamObserver<ActionCommand> onCall(StreamObserver<byte[]> out) {
    ((ServerCallStreamObserver<byte[]>) out).setOnCancelHandler(cancelled::incrementAndGet);
    return new StreamObserver<>() {
      @Override
      public void onNext(ActionCommand command) {
        commands.add(command);
        behaviour.accept(out, command);
      }

      @Override
      public void onError(Throwable cause) {
        // the call's cancellation is counted
      }

      @Override
      public void onCompleted() {
        if (completesAtTheEnd) {
          out.onCompleted();
        }
      }
    };
  }

  // --- commands: spec/action.md 1 and 2

  @ParameterizedTest
  @ValueSource(strings = {IN, BOTH})
  void theOpeningComesBeforeAnyRequestAndItsMetadataAreSetThoughEmpty(String method) {
    // When
    var caller = new Caller(method);
    // Then
    var opening = take(commands);
    assertThat(opening)
        .isEqualTo(
            ActionCommand.newBuilder()
                .setServiceName("Service")
                .setName(method)
                .setMetadata(EntityOuterClass.Metadata.getDefaultInstance())
                .build());
    caller.call.send(REQUEST);
    var further = take(commands);
    assertThat(further.hasMetadata()).isTrue();
    assertThat(further.getServiceName() + further.getName()).isEmpty();
    caller.call.cancel();
  }

  @Test
  void metadataOfTheOneCommandAreSetThoughEmpty() {
    // When
    var caller = new Caller(OUT);
    // Then
    assertThat(take(commands).hasMetadata()).isTrue();
    caller.call.cancel();
  }

  // --- responses: spec/action.md 3

  @ParameterizedTest
  @ValueSource(strings = {IN, OUT, BOTH})
  void noResponseAtAllIsAnOrderlyEnd(String method) {
    // Given
    completesAtTheEnd = true;
    // When
    var caller = new Caller(method);
    caller.call.halfClose();
    // Then
    assertThat(caller.hears()).isEqualTo("completed");
    caller.hearsNothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {OUT, BOTH})
  void aReplyWithoutPayloadAndAnEmptyResponseAreNone(String method) {
    // Given
    behaviour =
        (out, command) -> {
          for (var i = 0; i < 100; i++) {
            out.onNext(replyWithoutPayload());
            out.onNext(ActionResponse.getDefaultInstance().toByteArray());
          }
          out.onNext(reply("seen"));
          out.onCompleted();
        };
    // When: one who asks for a single reply
    var caller = new Caller(method);
    caller.call.request(1);
    // Then
    assertThat(caller.hears()).isEqualTo("seen");
    assertThat(caller.hears()).isEqualTo("completed");
  }

  @Test
  void aReplyWithoutPayloadEndsACallWithOneResponse() {
    behaviour = (out, command) -> out.onNext(replyWithoutPayload());
    var caller = new Caller(IN);
    caller.call.request(1);
    assertThat(caller.hears()).isEqualTo("none");
    assertThat(caller.hears()).isEqualTo("completed");
  }

  @ParameterizedTest
  @ValueSource(strings = {IN, OUT, BOTH})
  void effectsOfEmptyResponsesAndOfFailuresAreKept(String method) {
    for (var response :
        List.of(
            ActionResponse.getDefaultInstance(),
            ActionResponse.newBuilder()
                .setFailure(EntityOuterClass.Failure.newBuilder().setDescription("no"))
                .build())) {
      // Given
      behaviour =
          (out, command) ->
              out.onNext(
                  response.toBuilder()
                      .addSideEffects(EntityOuterClass.SideEffect.newBuilder().setServiceName("x"))
                      .build()
                      .toByteArray());
      // When
      var caller = new Caller(method);
      caller.call.request(1);
      // Then
      assertThat(caller.hears())
          .isEqualTo((response.hasFailure() ? "failure: no" : "none") + " and effect on x");
      caller.call.cancel();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {OUT, BOTH})
  void nothingComesAfterAFailureAndTheCallToTheFunctionIsCancelled(String method) {
    // Given
    behaviour =
        (out, command) -> {
          out.onNext(reply("before"));
          out.onNext(failure("no"));
          out.onNext(reply("after"));
        };
    // When
    var caller = new Caller(method);
    caller.call.request(10);
    // Then
    assertThat(caller.hears()).isEqualTo("before");
    assertThat(caller.hears()).isEqualTo("failure: no");
    await().until(() -> cancelled.get() == 1);
    caller.hearsNothingMore();
  }

  @Test
  void anEarlyAnswerEndsTheCallAndCancelsWhatIsLeftOfIt() {
    // Given
    behaviour = (out, command) -> out.onNext(reply("early"));
    // When
    var caller = new Caller(IN);
    caller.call.request(2);
    // Then
    assertThat(caller.hears()).isEqualTo("early");
    assertThat(caller.hears()).isEqualTo("completed");
    await().until(() -> cancelled.get() == 1);
    caller.hearsNothingMore();
  }

  // --- failures: spec/action.md 4

  @ParameterizedTest
  @ValueSource(strings = {IN, OUT, BOTH})
  void aResponseThatIsNoneOfTheProtocolFailsTheCallAsTheFunctionsFault(String method) {
    // Given
    behaviour = (out, command) -> out.onNext(new byte[] {-1, -1, -1});
    // When
    var caller = new Caller(method);
    caller.call.request(1);
    // Then
    assertThat(caller.hears()).startsWith("failed: UserFunctionFailed");
    caller.hearsNothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {IN, OUT, BOTH})
  void aConnectionThatBreaksFailsTheCallAndTheNextOneWasNotMade(String method) throws Exception {
    // Given
    var caller = new Caller(method);
    take(commands);
    // When
    server.shutdownNow();
    server.awaitTermination();
    // Then
    assertThat(caller.hears()).startsWith("failed: UserFunctionFailed");
    assertThat(new Caller(method).hears()).startsWith("failed: UserFunctionUnavailable");
  }

  // --- at the same time

  @ParameterizedTest
  @ValueSource(strings = {IN, BOTH})
  void whoGoesOnSendingGetsTheAnswerThatEndsTheCall(String method) {
    // Given
    behaviour =
        (out, command) -> {
          if (command.hasPayload()) {
            out.onNext(method.equals(IN) ? reply("early") : failure("early"));
          }
        };
    for (var i = 0; i < 500; i++) {
      // When
      var caller = new Caller(method);
      caller.call.request(2);
      while (!caller.hasHeard()) {
        caller.sendIfWanted();
      }
      caller.call.halfClose();
      // Then
      assertThat(caller.hears()).endsWith("early");
    }
  }

  @Test
  void noWayToEndKeepsAPlaceOnAConnection() {
    // Given: more calls than one connection of each loop has places
    var loops = TestEventLoops.SHARED.all().size();
    var answers =
        List.<BiConsumer<StreamObserver<byte[]>, ActionCommand>>of(
            (out, command) -> out.onNext(failure("no")),
            (out, command) -> out.onNext(new byte[] {-1}),
            (out, command) -> out.onError(Status.ABORTED.asRuntimeException()),
            (out, command) -> out.onNext(reply("and then nothing")));
    for (var answer : answers) {
      behaviour = answer;
      for (var i = 0; i < 40 * loops; i++) {
        for (var method : List.of(IN, OUT, BOTH)) {
          // When
          var caller = new Caller(method);
          caller.call.request(1);
          caller.hears();
          caller.call.cancel();
        }
      }
    }
    // Then
    assertThat(connections).hasValue(loops);
  }

  // --- the words above

  /** Who has called a streamed method of the function. */
  private final class Caller implements StreamedCall.Listener<Answer> {

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final AtomicInteger wanted = new AtomicInteger();
    private final StreamedCall call;

    Caller(String method) {
      var now = System.nanoTime();
      var made =
          new Call(
              "Service",
              method,
              method.equals(OUT) ? REQUEST : Payload.NONE,
              Metadata.EMPTY,
              Call.noDeadline(now));
      call =
          new ActionKind(function, System::nanoTime, EntityMetrics.Source.NONE, null)
              .stream(service(), "", made, this);
    }

    void sendIfWanted() {
      if (wanted.get() > 0) {
        wanted.decrementAndGet();
        call.send(REQUEST);
      }
    }

    boolean hasHeard() {
      return !heard.isEmpty();
    }

    String hears() {
      return take(heard);
    }

    /** Another call of its event loop, there and back, comes after whatever is under way still. */
    void hearsNothingMore() {
      completesAtTheEnd = false;
      behaviour = (out, command) -> out.onError(Status.ABORTED.asRuntimeException());
      for (var loop : TestEventLoops.SHARED.all()) {
        CompletableFuture.supplyAsync(() -> new Caller(OUT), loop).join().hears();
      }
      assertThat(heard).isEmpty();
    }

    @Override
    public void onRequested(int requests) {
      wanted.addAndGet(requests);
    }

    @Override
    public void onNext(Answer answer) {
      heard.add(text(answer));
    }

    @Override
    public void onCompleted() {
      heard.add("completed");
    }

    @Override
    public void onFailed(Failure failure) {
      heard.add("failed: " + failure);
    }
  }

  private static <T> T take(BlockingQueue<T> queue) {
    try {
      var element = queue.poll(20, TimeUnit.SECONDS);
      assertThat(element).as("what has to come").isNotNull();
      return Objects.requireNonNull(element);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String text(Answer answer) {
    var effects =
        answer.effects().stream().map(effect -> " and effect on " + effect.target().service());
    return text(answer.action()) + effects.collect(Collectors.joining());
  }

  private static String text(ClientAction action) {
    if (action instanceof ClientAction.Reply reply) {
      return reply.payload().value().toStringUtf8();
    } else if (action instanceof ClientAction.Fail fail) {
      return "failure: " + fail.failure().message();
    }
    return action instanceof ClientAction.None ? "none" : action.toString();
  }

  private static byte[] reply(String text) {
    return ActionResponse.newBuilder()
        .setReply(
            EntityOuterClass.Reply.newBuilder()
                .setPayload(
                    com.google.protobuf.Any.newBuilder().setValue(ByteString.copyFromUtf8(text))))
        .build()
        .toByteArray();
  }

  private static byte[] replyWithoutPayload() {
    return ActionResponse.newBuilder()
        .setReply(EntityOuterClass.Reply.getDefaultInstance())
        .build()
        .toByteArray();
  }

  private static byte[] failure(String text) {
    return ActionResponse.newBuilder()
        .setFailure(EntityOuterClass.Failure.newBuilder().setDescription(text))
        .build()
        .toByteArray();
  }

  private static ServiceDefinition service() {
    var model = io.cloudstate.tck.model.Action.getDescriptor().findServiceByName("ActionTckModel");
    return new ServiceDefinition(
        "Service",
        EntityType.ACTION,
        "",
        Optional.empty(),
        model.getMethods().stream()
            .collect(
                Collectors.toMap(
                    method -> method.getName(),
                    method -> new MethodDefinition(method, "in", "out", List.of()))));
  }

  private static MethodDescriptor<ActionCommand, byte[]> anyBytes(
      MethodDescriptor<ActionCommand, ActionResponse> method) {
    return method.toBuilder(method.getRequestMarshaller(), Bytes.INSTANCE)
        .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
        .build();
  }

  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    INSTANCE;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException("reading from memory", e);
      }
    }
  }

  private final class CountingConnections extends ServerTransportFilter {

    @Override
    public Attributes transportReady(Attributes attributes) {
      connections.incrementAndGet();
      return attributes;
    }
  }
}
