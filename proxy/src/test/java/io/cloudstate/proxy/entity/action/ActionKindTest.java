package io.cloudstate.proxy.entity.action;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
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
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.entity.EntityMetrics;
import io.cloudstate.proxy.testing.TestUserFunction;
import io.cloudstate.proxy.userfunction.UserFunction;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Unary actions on a function that need not keep to the protocol. */
class ActionKindTest {

  private static final ServiceDefinition SERVICE =
      new ServiceDefinition("Service", EntityType.ACTION, "", Optional.empty(), Map.of());

  private volatile Consumer<StreamObserver<ActionResponse>> behaviour = StreamObserver::onCompleted;
  private Server server;
  private UserFunction function;

  @BeforeEach
  void start() throws Exception {
    var anyNumberOfResponses =
        ActionProtocolGrpc.getHandleUnaryMethod().toBuilder()
            .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
            .build();
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(
                ServerServiceDefinition.builder(ActionProtocolGrpc.SERVICE_NAME)
                    .addMethod(
                        anyNumberOfResponses, ServerCalls.asyncServerStreamingCall(this::onCommand))
                    .build())
            .build()
            .start();
    function = TestUserFunction.at(server);
  }

  @AfterEach
  void stop() {
    function.close();
    server.shutdownNow();
  }

  private void onCommand(ActionCommand command, StreamObserver<ActionResponse> answer) {
    behaviour.accept(answer);
  }

  @Test
  void noResponseAtAllIsAnOrderlyEndWithoutMessage() throws Exception {
    assertThat(invoke()).isEqualTo(new Answer(new ClientAction.None(), List.of()));
  }

  @Test
  void aReplyWithoutPayloadIsNone() throws Exception {
    behaviour =
        answer -> {
          answer.onNext(
              ActionResponse.newBuilder()
                  .setReply(EntityOuterClass.Reply.getDefaultInstance())
                  .build());
          answer.onCompleted();
        };
    assertThat(invoke()).isEqualTo(new Answer(new ClientAction.None(), List.of()));
  }

  @Test
  void severalResponsesFailTheCall() throws Exception {
    behaviour =
        answer -> {
          answer.onNext(ActionResponse.getDefaultInstance());
          answer.onNext(ActionResponse.getDefaultInstance());
          answer.onCompleted();
        };
    assertThat(failure()).isInstanceOf(Failure.UserFunctionFailed.class);
  }

  @ParameterizedTest
  @CsvSource({"CANCELLED", "INVALID_ARGUMENT", "UNAVAILABLE", "UNAUTHENTICATED", "DATA_LOSS"})
  void theStatusOfTheFunctionComesAsItIs(Status.Code code) throws Exception {
    behaviour =
        answer -> answer.onError(code.toStatus().withDescription("words").asRuntimeException());
    assertThat(failure()).isEqualTo(new Failure.RefusedWithStatus(code.value(), "words"));
  }

  @Test
  void aResponseThatIsNoneOfTheProtocolIsTheFunctionsFault() throws Exception {
    behaviour =
        answer ->
            answer.onNext(
                // a failure that is cut off within a number
                ActionResponse.newBuilder()
                    .setUnknownFields(
                        UnknownFieldSet.newBuilder()
                            .addField(
                                ActionResponse.FAILURE_FIELD_NUMBER,
                                UnknownFieldSet.Field.newBuilder()
                                    .addLengthDelimited(ByteString.copyFrom(new byte[] {-1, -1}))
                                    .build())
                            .build())
                    .build());
    assertThat(failure()).isInstanceOf(Failure.UserFunctionFailed.class);
  }

  @Test
  void aFunctionThatCannotBeReachedWasNotCalled() throws Exception {
    server.shutdownNow();
    server.awaitTermination();
    assertThat(failure())
        .isEqualTo(new Failure.UserFunctionUnavailable("the user function cannot be reached"));
  }

  @Test
  void aCallWhoseDeadlineHasPassedIsNotMade() throws Exception {
    var called = new AtomicBoolean();
    behaviour = answer -> called.set(true);
    var answer = start(call(-1)).get(20, TimeUnit.SECONDS);
    assertThat(((ClientAction.Fail) answer.action()).failure())
        .isInstanceOf(Failure.TimedOut.class);
    assertThat(called).isFalse();
  }

  @Test
  void aCancelByTheFunctionAtTheDeadlineIsATimeout() {
    var cancelled = Status.CANCELLED.withDescription("words");
    var trailers = new io.grpc.Metadata();
    assertThat(ActionFailures.of(null, cancelled, trailers, true, -1))
        .isInstanceOf(Failure.TimedOut.class);
    assertThat(ActionFailures.of(null, cancelled, trailers, true, TimeUnit.SECONDS.toNanos(1)))
        .isEqualTo(new Failure.RefusedWithStatus(1, "words"));
  }

  @Test
  void metadataNobodyAsksForAreNotRead() {
    // Given
    var wasRead = new AtomicBoolean();
    var metadata =
        Metadata.lazily(
            () -> {
              wasRead.set(true);
              return List.of(new Metadata.Entry.Text("a", "b"));
            });
    // When
    var call = new Call("Service", "Call", Payload.NONE, metadata, 0);
    assertThat(wasRead).isFalse();
    // Then
    var entries = ActionMessages.command(call, null).getMetadata().getEntriesList();
    assertThat(wasRead).isTrue();
    assertThat(entries).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1m",
    "1000000, 1m",
    "1000001, 2m",
    "60000000000, 60000m",
    "99999999000000, 99999999m",
    "100000000000000, 100001S"
  })
  void timeoutsAreRoundedUpAndFitTheHeader(long nanos, String header) {
    assertThat(ActionMessages.timeout(nanos)).isEqualTo(header);
  }

  private Failure failure() throws Exception {
    return ((ClientAction.Fail) invoke().action()).failure();
  }

  private Answer invoke() throws Exception {
    return start(call(TimeUnit.SECONDS.toNanos(30))).get(20, TimeUnit.SECONDS);
  }

  private CompletableFuture<Answer> start(Call call) {
    var answer = new CompletableFuture<@Nullable Answer>();
    new ActionKind(function, System::nanoTime, EntityMetrics.Source.NONE, null)
        .invoke(SERVICE, "", call, answer::complete);
    return answer.thenApply(java.util.Objects::requireNonNull);
  }

  private static Call call(long timeoutNanos) {
    return new Call(
        "Service",
        "Call",
        new Payload("type", ByteString.EMPTY),
        Metadata.EMPTY,
        System.nanoTime() + timeoutNanos);
  }
}
