package io.cloudstate.proxy.ingress.calls;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpRequestWriter;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.StreamedCall;
import io.cloudstate.proxy.discovery.MethodDefinition;
import io.cloudstate.proxy.router.Router;
import io.cloudstate.proxy.testing.CapturedLog;
import io.cloudstate.tck.model.Action;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A streamed call between a server and a router that end it at the same time. */
class StreamedIngressCallTest {

  private final EventLoop eventLoop = new DefaultEventLoop();
  private final KeepingRouter router = new KeepingRouter();

  @AfterEach
  void stop() {
    eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void aRequestThatComesAfterTheEndOfItsCallIsNotRouted() {
    // Given
    var call = call("ProcessStreamedOut", Long.MAX_VALUE);
    var request = request();
    var unused = call.start(request);
    // When
    call.end();
    settle();
    send(request);
    settle();
    // Then
    assertThat(router.calls).isEmpty();
  }

  @Test
  void theDeadlineCountsFromTheStartOfTheCall() {
    // Given
    var timeout = TimeUnit.MINUTES.toNanos(1);
    var call = call("ProcessStreamedOut", timeout);
    var request = request();
    var unused = call.start(request);
    var afterStart = System.nanoTime();
    // When
    send(request);
    settle();
    // Then
    assertThat(router.calls).hasSize(1);
    assertThat(router.calls.get(0).deadlineNanos() - afterStart).isLessThanOrEqualTo(timeout);
    call.end();
    settle();
  }

  @Test
  void whatTheFunctionSaysToAClientThatIsJustGoneIsNoBug() throws Exception {
    for (Consumer<StreamedCall.Listener<Outcome>> ending :
        List.<Consumer<StreamedCall.Listener<Outcome>>>of(
            StreamedCall.Listener::onCompleted,
            listener -> listener.onFailed(new Failure.Refused("no")),
            StreamedIngressCallTest::reply)) {
      try (var log = CapturedLog.begin()) {
        // Given: a response that is aborted, of which the call has not heard yet
        var call = call("ProcessStreamed", Long.MAX_VALUE);
        var response = call.start(request());
        settle();
        var listener = router.listeners.remove(0);
        reply(listener);
        settle();
        abort(response);
        // When
        ending.accept(listener);
        settle();
        call.end();
        settle();
        // Then
        assertThat(log.lines()).isEmpty();
        assertThat(call.getAsBoolean()).isTrue();
      }
    }
  }

  @Test
  void whatWorksOnACallThatFailsIsTold() {
    // Given: as a unary action does that the call was forwarded to
    var isTold = new AtomicBoolean();
    var call = call("ProcessStreamed", Long.MAX_VALUE);
    var unused = call.start(request());
    settle();
    router.calls.get(0).isAbandoned().whenAbandoned(() -> isTold.set(true));
    // When
    router.listeners.get(0).onFailed(new Failure.Overloaded("too slow"));
    settle();
    // Then
    assertThat(isTold).isTrue();
  }

  private StreamedIngressCall call(String method, long timeoutNanos) {
    var descriptor =
        Action.getDescriptor().findServiceByName("ActionTckModel").findMethodByName(method);
    var target =
        new CallTarget(
            "Service",
            new MethodDefinition(descriptor, "in", "out", List.of()),
            true,
            CallMetrics.OfMethod.NONE);
    return new StreamedIngressCall(
        router, target, Metadata.EMPTY, null, timeoutNanos, new PlainFormat(), eventLoop);
  }

  private static HttpRequestWriter request() {
    return HttpRequest.streaming(
        RequestHeaders.of(
            HttpMethod.POST, "/Service/Method", HttpHeaderNames.CONTENT_TYPE, "application/grpc"));
  }

  private static void send(HttpRequestWriter request) {
    request.write(HttpData.wrap(new byte[] {0, 0, 0, 0, 1, 7}));
    request.close();
  }

  private static void reply(StreamedCall.Listener<Outcome> listener) {
    listener.onNext(
        new Outcome.Replied(new Payload("out", ByteString.copyFromUtf8("x")), Metadata.EMPTY));
  }

  /** As the server does when the client resets its stream. */
  private void abort(HttpResponse response) {
    response.abort();
    settle();
  }

  /** Runs what waits for the event loop, and what that makes wait. */
  private void settle() {
    for (var i = 0; i < 10; i++) {
      eventLoop.submit(() -> {}).syncUninterruptibly();
    }
  }

  /** Keeps what comes. */
  private static final class KeepingRouter implements Router {

    private final List<Call> calls = new ArrayList<>();
    private final List<StreamedCall.Listener<Outcome>> listeners = new ArrayList<>();

    @Override
    public void route(Call call, Consumer<Outcome> whenDone) {
      throw new AssertionError("not streamed");
    }

    @Override
    public StreamedCall stream(Call call, StreamedCall.Listener<Outcome> listener) {
      calls.add(call);
      listeners.add(listener);
      return StreamedCall.ENDED;
    }
  }
}
