package io.cloudstate.proxy.router;

import io.cloudstate.proxy.call.Abandonment;
import io.cloudstate.proxy.call.Answer.Target;
import io.cloudstate.proxy.call.Call;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One command of a chain that a client's call has started: the call itself, then what it was
 * forwarded to, then that one's side effects, and so on.
 *
 * @param number 0 for the client's call
 * @param reason why it was called, null for the client's call
 * @param from the hop before, null for the client's call
 * @param ordinal the how manieth command this is of all that the client's call has started
 * @param started how many those are; shared by all hops of the call
 */
record Hop(
    Call call,
    int number,
    @Nullable Reason reason,
    @Nullable Hop from,
    int ordinal,
    AtomicInteger started) {

  enum Reason {
    FORWARD("forwarded from"),
    SIDE_EFFECT("side-effect of");

    private final String text;

    Reason(String text) {
      this.text = text;
    }
  }

  static Hop first(Call call) {
    return new Hop(call, 0, null, null, 1, new AtomicInteger(1));
  }

  /** A forward: its caller is the client still. */
  Hop forwarded(Target target) {
    return next(target, Reason.FORWARD, call.deadlineNanos(), call.isAbandoned());
  }

  /**
   * A side effect.
   *
   * @param isAbandoned whether the proxy has stopped to wait for it
   */
  Hop sideEffect(Target target, long deadlineNanos, Abandonment isAbandoned) {
    return next(target, Reason.SIDE_EFFECT, deadlineNanos, isAbandoned);
  }

  private Hop next(Target target, Reason why, long deadlineNanos, Abandonment isAbandoned) {
    var trace = call.trace();
    var next =
        new Call(
            target.service(),
            target.method(),
            target.payload(),
            target.metadata(),
            deadlineNanos,
            isAbandoned,
            null,
            trace == null ? null : trace.orLaterIn(target.metadata()));
    return new Hop(next, number + 1, why, this, started.incrementAndGet(), started);
  }

  /**
   * This hop for one more answer. The client's own call may stream for ever, so each of its answers
   * may start as many commands as a call; what they start counts together.
   */
  Hop forNextAnswer() {
    return number == 0 ? first(call) : this;
  }

  /** Whether the reply goes to the client, as opposed to nobody. */
  boolean isForClient() {
    for (var hop = this; hop != null; hop = hop.from) {
      if (hop.reason == Reason.SIDE_EFFECT) {
        return false;
      }
    }
    return true;
  }

  /** From the innermost call outwards, one line each (spec/discovery.md 5, trace format). */
  String trace() {
    var trace = new StringBuilder();
    var hop = this;
    while (hop.reason != null && hop.from != null) {
      var caller = hop.from;
      trace
          .append("\n  ")
          .append(hop.reason.text)
          .append(' ')
          .append(caller.call.service())
          .append('.')
          .append(caller.call.method());
      hop = caller;
    }
    return trace.toString();
  }
}
