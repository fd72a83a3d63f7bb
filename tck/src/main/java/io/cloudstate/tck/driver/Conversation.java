package io.cloudstate.tck.driver;

import akka.NotUsed;
import akka.japi.Pair;
import akka.stream.BoundedSourceQueue;
import akka.stream.Materializer;
import akka.stream.QueueOfferResult;
import akka.stream.javadsl.Source;
import com.google.protobuf.Message;
import io.cloudstate.tck.rule.Exchange;
import io.cloudstate.tck.rule.Mismatch;
import io.cloudstate.tck.rule.Patience;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One side of a gRPC call, played by a script: it sends what the script says, and keeps what comes
 * until the script asks for it. Everything goes to the exchange. Scripts use it from one thread.
 *
 * @param <I> what comes
 * @param <O> what is sent
 */
public abstract class Conversation<I extends Message, O extends Message> {

  /** Messages sent and not taken off by the network yet. */
  private static final int MAX_UNSENT = 4096;

  private final String label;
  private final String self;
  private final String other;
  private final Exchange exchange;
  private final Patience patience;
  private final BlockingDeque<Signal<I>> signals = new LinkedBlockingDeque<>();
  private final BoundedSourceQueue<O> sending;
  private final Source<O, NotUsed> outgoing;
  private final AtomicBoolean isOver = new AtomicBoolean();
  private volatile @Nullable Consumer<I> listener;

  Conversation(
      String label,
      String self,
      String other,
      Exchange exchange,
      Patience patience,
      Materializer materializer) {
    this.label = label;
    this.self = self;
    this.other = other;
    this.exchange = exchange;
    this.patience = patience;
    Pair<BoundedSourceQueue<O>, Source<O, NotUsed>> queue =
        Source.<O>queue(MAX_UNSENT).preMaterialize(materializer);
    this.sending = queue.first();
    this.outgoing = queue.second();
  }

  /** What the exchange and mismatches call it. */
  public String label() {
    return label;
  }

  /** The next message, of which there must be one. */
  public I next() {
    return next(patience.expected());
  }

  /** The same within a time of its own. */
  public I next(Duration within) {
    var signal = poll(within);
    if (signal instanceof Signal.Received<I> received) {
      return received.message();
    }
    throw new Mismatch("what comes on " + label, "a message", textOf(signal));
  }

  /** The next message, which must be this one in every field. */
  public void expect(I message) {
    expect(message, UnaryOperator.identity());
  }

  /**
   * The next message, which must be this one when what means nothing has been evened out in both.
   *
   * @return as it came
   */
  public I expect(I message, UnaryOperator<I> comparable) {
    var signal = poll(patience.expected());
    if (signal instanceof Signal.Received<I> received
        && comparable.apply(received.message()).equals(comparable.apply(message))) {
      return received.message();
    }
    throw new Mismatch("what comes on " + label, Text.of(message), textOf(signal));
  }

  /** The end of the other side, which must come next. */
  public Signal.Ended<I> expectEnd() {
    return expectEnd(patience.expected());
  }

  /** The same within a time that the rule is about. */
  public Signal.Ended<I> expectEnd(Duration within) {
    var signal = poll(within);
    if (signal instanceof Signal.Ended<I> ended) {
      return ended;
    }
    throw new Mismatch("what comes on " + label, "its end", textOf(signal));
  }

  /** The end of the other side in order, which must come next. */
  public void expectCompletion() {
    expectCompletion(patience.expected());
  }

  /** The same within a time that the rule is about. */
  public void expectCompletion(Duration within) {
    var ended = expectEnd(within);
    if (!ended.status().isOk()) {
      throw new Mismatch("end of " + label, "completion", ended.text());
    }
  }

  /** Nothing must come for so long, neither a message nor the end. */
  public void expectNothing(Duration quiet) {
    var signal = poll(quiet);
    if (signal != null) {
      throw new Mismatch("what comes on " + label, "nothing for " + quiet, textOf(signal));
    }
  }

  /** The same for as long as is usual. */
  public void expectNothing() {
    expectNothing(patience.quiet());
  }

  public void send(O message) {
    exchange.add(self, other, label, Text.of(message));
    if (sending.offer(message) != QueueOfferResult.enqueued()) {
      throw new Mismatch("sending on " + label, "an open call", "the other side has ended it");
    }
  }

  /** Ends this side in order: nothing more is sent. */
  public void complete() {
    exchange.add(self, other, label, "end: OK");
    completeSilently();
  }

  /** The same without a word of it, and only if it is not ended yet. */
  final void completeSilently() {
    if (isOver.compareAndSet(false, true)) {
      try {
        sending.complete();
      } catch (IllegalStateException e) {
        note("nothing to end: the other side was first");
      }
    }
  }

  /** Ends this side with an error, if it is not ended yet. */
  final void failSilently(Throwable cause) {
    if (isOver.compareAndSet(false, true)) {
      sending.fail(cause);
    }
  }

  /** From now on messages go there, instead of being kept for the script. */
  public void whenReceived(Consumer<I> listener) {
    this.listener = listener;
  }

  /** What came that no script has asked for yet, as text; null if nothing. */
  @Nullable String unasked() {
    var signal = signals.peek();
    return signal instanceof Signal.Received<I> ? textOf(signal) : null;
  }

  Source<O, NotUsed> outgoing() {
    return outgoing;
  }

  void note(String text) {
    exchange.add(self, other, label, text);
  }

  void onMessage(I message) {
    exchange.add(other, self, label, Text.of(message));
    var interested = listener;
    if (interested == null) {
      signals.add(new Signal.Received<>(message));
    } else {
      interested.accept(message);
    }
  }

  void onEnd(Status status, Map<String, List<String>> trailers) {
    var ended = new Signal.Ended<I>(status, trailers);
    exchange.add(other, self, label, ended.text());
    signals.add(ended);
  }

  Patience patience() {
    return patience;
  }

  private @Nullable Signal<I> poll(Duration within) {
    try {
      var signal = signals.poll(within.toNanos(), TimeUnit.NANOSECONDS);
      if (signal instanceof Signal.Ended<I>) {
        signals.addFirst(signal); // an end stays the last word
      }
      return signal;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Mismatch("waiting on " + label, "to be let finish", "interrupted");
    }
  }

  private static <I extends Message> String textOf(@Nullable Signal<I> signal) {
    if (signal instanceof Signal.Received<I> received) {
      return Text.of(received.message());
    }
    return signal instanceof Signal.Ended<I> ended ? ended.text() : "nothing";
  }
}
