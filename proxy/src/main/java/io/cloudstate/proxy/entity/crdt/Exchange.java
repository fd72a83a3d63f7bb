package io.cloudstate.proxy.entity.crdt;

import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Span;
import io.cloudstate.proxy.call.StreamedCall;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One command and where its answers go. What the session has to remember of it stands here, and is
 * the session's alone.
 */
final class Exchange {

  /** Where its answers go. */
  sealed interface Client {
    record Unary(Consumer<Answer> answer) implements Client {}

    record Streaming(StreamedCall.Listener<Answer> listener) implements Client {}
  }

  enum Phase {
    /** Not yet with the function. */
    QUEUED,
    /** With the function, which has not replied: it may change its copy. */
    SENT,
    /** The first reply's change is on its way to the store. */
    WRITING,
    /** A streamed command: elements may come. */
    STREAMING,
    /** A streamed command whose client is gone: the function may change its copy once more. */
    CANCELLING,
    DONE
  }

  final Call call;
  final Client client;
  Phase phase = Phase.QUEUED;
  long id;
  long sinceNanos; // in this phase
  boolean isReceived; // of the actor alone, as the next: its entity has taken the command
  long receivedNanos;
  @Nullable Span handling;
  @Nullable Span writing;
  boolean isClientGone;
  boolean isExpired;
  private Deque<StreamedMessage> held = NOTHING_HELD;

  private static final Deque<StreamedMessage> NOTHING_HELD = new ArrayDeque<>(0);

  /** An element that must not overtake the first one. */
  record StreamedMessage(Answer answer, boolean isEmpty, boolean isLast) {}

  Exchange(Call call, Client client) {
    this.call = call;
    this.client = client;
  }

  static Exchange unary(Call call, Consumer<Answer> answer) {
    return new Exchange(call, new Client.Unary(answer));
  }

  static Exchange streamed(Call call, StreamedCall.Listener<Answer> listener) {
    return new Exchange(call, new Client.Streaming(listener));
  }

  boolean isStreamed() {
    return client instanceof Client.Streaming;
  }

  void enter(Phase next, long nowNanos) {
    phase = next;
    sinceNanos = nowNanos;
  }

  int heldMessages() {
    return held.size();
  }

  void hold(StreamedMessage message) {
    if (held == NOTHING_HELD) {
      held = new ArrayDeque<>(2);
    }
    held.add(message);
  }

  /** What was held, in order; nothing is held afterwards. */
  Deque<StreamedMessage> releaseHeld() {
    var released = held;
    held = NOTHING_HELD;
    return released;
  }

  @Override
  public String toString() {
    return "command %d %s %s".formatted(id, call.method(), phase);
  }
}
