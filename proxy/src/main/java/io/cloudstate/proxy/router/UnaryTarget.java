package io.cloudstate.proxy.router;

import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.StreamedCall;
import org.jspecify.annotations.Nullable;

/**
 * A target that is not streamed where a stream is expected: its outcome is the one reply, kept
 * until it is requested. A cancel is heard through the call itself.
 */
final class UnaryTarget implements StreamedCall {

  private final StreamedCall.Listener<Outcome> caller;
  private @Nullable Outcome outcome; // guarded by this, like the rest
  private boolean isRequested;
  private boolean isEnded;

  UnaryTarget(StreamedCall.Listener<Outcome> caller) {
    this.caller = caller;
  }

  void onOutcome(Outcome given) {
    synchronized (this) {
      outcome = given;
    }
    deliver();
  }

  @Override
  public void request(int replies) {
    if (replies > 0) {
      synchronized (this) {
        isRequested = true;
      }
      deliver();
    }
  }

  @Override
  public void send(Payload request) {
    // it has its one request
  }

  @Override
  public void halfClose() {
    // see above
  }

  @Override
  public void cancel() {
    synchronized (this) {
      isEnded = true;
    }
  }

  private void deliver() {
    var ready = takeIfReady();
    if (ready instanceof Outcome.Failed failed) {
      caller.onFailed(failed.failure());
    } else if (ready != null) {
      caller.onNext(ready);
      caller.onCompleted();
    }
  }

  private synchronized @Nullable Outcome takeIfReady() {
    if (isEnded || outcome == null || (outcome instanceof Outcome.Replied && !isRequested)) {
      return null;
    }
    isEnded = true;
    return outcome;
  }
}
