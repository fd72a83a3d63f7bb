package io.cloudstate.proxy.router;

import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.StreamedCall;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is made of a streamed target where one outcome is expected: its one reply. A second one
 * fails the call, unless nobody gets any of them.
 */
final class OneReply implements StreamedCall.Listener<Outcome> {

  private final Hop hop;
  private final Consumer<Outcome> whenDone;
  private StreamedCall stream = StreamedCall.ENDED;
  private @Nullable Outcome reply;
  private boolean isDone;

  OneReply(Hop hop, Consumer<Outcome> whenDone) {
    this.hop = hop;
    this.whenDone = whenDone;
  }

  /** Takes the replies of this stream, which has not begun yet. */
  void takeFrom(RoutedStream routed) {
    stream = routed;
    routed.start();
    hop.call().isAbandoned().whenAbandoned(routed::cancel);
    routed.request(hop.isForClient() ? 2 : Integer.MAX_VALUE);
  }

  @Override
  public void onRequested(int requests) {
    // the one request is sent by the stream itself
  }

  @Override
  public void onNext(Outcome outcome) {
    if (outcome instanceof Outcome.Completed || !hop.isForClient()) {
      return;
    }
    if (reply == null) {
      reply = outcome;
    } else {
      stream.cancel();
      onFailed(new Failure.Misrouted(severalReplies()));
    }
  }

  @Override
  public void onCompleted() {
    done(reply == null ? new Outcome.Completed() : reply);
  }

  @Override
  public void onFailed(Failure failure) {
    done(new Outcome.Failed(failure));
  }

  private void done(Outcome outcome) {
    if (!isDone) {
      isDone = true;
      whenDone.accept(outcome);
    }
  }

  private String severalReplies() {
    return "[%s.%s] has more than one reply (expected: one, for a call that is not streamed)"
        .formatted(hop.call().service(), hop.call().method());
  }
}
