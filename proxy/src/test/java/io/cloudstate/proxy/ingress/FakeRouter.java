package io.cloudstate.proxy.ingress;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.StreamedCall;
import io.cloudstate.proxy.router.Router;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers every call as the test says, by default with its own payload, and keeps what came. */
final class FakeRouter implements Router {

  record Routed(Call call, Consumer<Outcome> whenDone) {

    void answer(Outcome outcome) {
      whenDone.accept(outcome);
    }

    void echo() {
      answer(new Outcome.Replied(call.payload(), Metadata.EMPTY));
    }
  }

  /** A streamed call as the router sees it: what was sent, and what is said back. */
  static final class Streamed implements StreamedCall {

    private final Call call;
    private final StreamedCall.Listener<Outcome> listener;
    private final BlockingQueue<Payload> requests = new LinkedBlockingQueue<>();
    private final AtomicInteger requestedReplies = new AtomicInteger();
    private final CountDownLatch halfClosed = new CountDownLatch(1);
    private final CountDownLatch cancelled = new CountDownLatch(1);

    private Streamed(Call call, StreamedCall.Listener<Outcome> listener) {
      this.call = call;
      this.listener = listener;
    }

    Call call() {
      return call;
    }

    StreamedCall.Listener<Outcome> listener() {
      return listener;
    }

    void reply(byte[] message) {
      reply(message, Metadata.EMPTY);
    }

    void reply(byte[] message, Metadata metadata) {
      listener.onNext(new Outcome.Replied(new Payload("", ByteString.copyFrom(message)), metadata));
    }

    /** Asks for one request and takes it, which has to come. */
    byte[] nextRequest() throws InterruptedException {
      listener.onRequested(1);
      return takeRequest();
    }

    byte[] takeRequest() throws InterruptedException {
      var request = requests.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (request == null) {
        throw new AssertionError("no request came");
      }
      return request.value().toByteArray();
    }

    boolean hasRequest() {
      return !requests.isEmpty();
    }

    int requestedReplies() {
      return requestedReplies.get();
    }

    boolean awaitHalfClose() throws InterruptedException {
      return halfClosed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    boolean awaitCancel() throws InterruptedException {
      return cancelled.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    boolean isCancelled() {
      return cancelled.getCount() == 0;
    }

    @Override
    public void request(int replies) {
      requestedReplies.addAndGet(replies);
    }

    @Override
    public void send(Payload request) {
      requests.add(request);
    }

    @Override
    public void halfClose() {
      halfClosed.countDown();
    }

    @Override
    public void cancel() {
      cancelled.countDown();
    }
  }

  private static final long PATIENCE_SECONDS = 20;

  private final BlockingQueue<Routed> routed = new LinkedBlockingQueue<>();
  private final BlockingQueue<Streamed> streamed = new LinkedBlockingQueue<>();
  private volatile Consumer<Routed> behaviour = Routed::echo;

  void does(Consumer<Routed> newBehaviour) {
    behaviour = newBehaviour;
  }

  void answers(Outcome outcome) {
    does(each -> each.answer(outcome));
  }

  void fails(Failure failure) {
    answers(new Outcome.Failed(failure));
  }

  /** The oldest call not taken yet; waits for it. */
  Routed next() throws InterruptedException {
    var next = routed.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no call came");
    }
    return next;
  }

  boolean isUntouched() {
    return routed.isEmpty();
  }

  @Override
  public void route(Call call, Consumer<Outcome> whenDone) {
    var each = new Routed(call, whenDone);
    var now = behaviour;
    routed.add(each);
    now.accept(each);
  }

  /** The oldest streamed call not taken yet; waits for it. */
  Streamed nextStream() throws InterruptedException {
    var next = streamed.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no streamed call came");
    }
    return next;
  }

  /** The oldest streamed call not taken yet, if one comes within a second. */
  @Nullable Streamed nextStreamOrNull() throws InterruptedException {
    return streamed.poll(1, TimeUnit.SECONDS);
  }

  @Override
  public StreamedCall stream(Call call, StreamedCall.Listener<Outcome> listener) {
    var each = new Streamed(call, listener);
    streamed.add(each);
    return each;
  }
}
