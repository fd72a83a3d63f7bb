package io.cloudstate.proxy.ingress;

import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.router.Router;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

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

  private static final long PATIENCE_SECONDS = 20;

  private final BlockingQueue<Routed> routed = new LinkedBlockingQueue<>();
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
}
