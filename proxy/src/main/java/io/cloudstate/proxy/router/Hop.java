package io.cloudstate.proxy.router;

import io.cloudstate.proxy.call.Answer.Target;
import io.cloudstate.proxy.call.Call;
import org.jspecify.annotations.Nullable;

/**
 * One command of a chain that a client's call has started: the call itself, then what it was
 * forwarded to, then that one's side effects, and so on.
 *
 * @param number 0 for the client's call
 * @param reason why it was called, null for the client's call
 * @param from the hop before, null for the client's call
 */
record Hop(Call call, int number, @Nullable Reason reason, @Nullable Hop from) {

  enum Reason {
    FORWARD("forwarded from"),
    SIDE_EFFECT("side-effect of");

    private final String text;

    Reason(String text) {
      this.text = text;
    }
  }

  static Hop first(Call call) {
    return new Hop(call, 0, null, null);
  }

  Hop next(Target target, Reason why, long deadlineNanos) {
    var call =
        new Call(
            target.service(), target.method(), target.payload(), target.metadata(), deadlineNanos);
    return new Hop(call, number + 1, why, this);
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
