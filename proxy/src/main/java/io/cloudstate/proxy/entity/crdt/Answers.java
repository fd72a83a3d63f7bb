package io.cloudstate.proxy.entity.crdt;

import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Answer.ClientAction;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.entity.crdt.Exchange.Phase;
import io.cloudstate.proxy.entity.crdt.Exchange.StreamedMessage;
import io.cloudstate.proxy.entity.crdt.Step.Element;
import io.cloudstate.proxy.entity.crdt.Step.End;
import io.cloudstate.proxy.entity.crdt.Step.Fail;
import io.cloudstate.proxy.entity.crdt.Step.Report;
import io.cloudstate.proxy.entity.crdt.Step.Respond;
import io.cloudstate.proxy.entity.crdt.Step.Send;
import io.cloudstate.proxy.storage.replicator.Written;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What clients get for what the function says, and how each command comes to its end: a unary one
 * with its reply, a streamed one when the function ends it, when it fails, or when its client has
 * gone and the function has responded to that. Part of {@link CrdtSession}; adds steps.
 */
final class Answers {

  private final String entityId;
  private final int maxHeld;
  private final InFlight inFlight;
  private final BooleanSupplier isRunning;
  private final LongSupplier nanoTime;

  /**
   * @param maxHeld elements that may wait for the first one of their stream
   * @param isRunning whether the function may be told anything: not when the entity is deleted or
   *     the conversation is over
   */
  Answers(
      String entityId,
      int maxHeld,
      InFlight inFlight,
      BooleanSupplier isRunning,
      LongSupplier nanoTime) {
    this.entityId = entityId;
    this.maxHeld = maxHeld;
    this.inFlight = inFlight;
    this.isRunning = isRunning;
    this.nanoTime = nanoTime;
  }

  /** The change is where it is to be, or there was none: releases what has waited for it. */
  void acknowledged(List<Step> steps, Change change) {
    var exchange = change.exchange();
    if (exchange == null) {
      return; // nobody is left to run its side effects for
    }
    if (change.isCancellation()) {
      if (!change.answer().effects().isEmpty()) {
        steps.add(new Element(exchange, change.answer()));
      }
      forget(steps, exchange);
    } else if (exchange.isStreamed()) {
      firstElement(steps, exchange, change);
    } else {
      respond(steps, exchange, change.answer());
      inFlight.done(exchange);
    }
  }

  private void firstElement(List<Step> steps, Exchange exchange, Change change) {
    steps.add(new Element(exchange, change.answer()));
    var staysOpen = change.keepsStream() && isRunning.getAsBoolean();
    if (!staysOpen) {
      finish(steps, exchange); // known gap 5
      return;
    }
    exchange.enter(Phase.STREAMING, nanoTime.getAsLong());
    var held = exchange.releaseHeld();
    if (exchange.isClientGone || isFailure(change.answer())) {
      leave(steps, exchange, held.stream().anyMatch(StreamedMessage::isLast));
      return;
    }
    for (var message : held) {
      if (exchange.phase == Phase.STREAMING) {
        deliver(steps, exchange, message);
      }
    }
  }

  void deliver(List<Step> steps, Exchange exchange, StreamedMessage message) {
    if (!message.isEmpty()) {
      steps.add(new Element(exchange, message.answer()));
    }
    if (message.isLast() || !isRunning.getAsBoolean()) {
      finish(steps, exchange);
    } else if (isFailure(message.answer())) {
      cancelStream(steps, exchange);
    }
  }

  void hold(List<Step> steps, Exchange exchange, StreamedMessage message) {
    if (exchange.isClientGone && !message.isLast()) {
      return;
    }
    exchange.hold(message);
    if (exchange.heldMessages() > maxHeld) {
      var failure = new Failure.Overloaded("too many elements wait for the first one");
      steps.add(new Element(exchange, Answer.failed(failure)));
      exchange.isClientGone = true;
    }
  }

  /** The client is gone while the function's stream for it is open, or just about to be. */
  private void leave(List<Step> steps, Exchange exchange, boolean hasEnded) {
    if (hasEnded) {
      finish(steps, exchange);
    } else {
      cancelStream(steps, exchange);
    }
  }

  /** The level was not reached; the change stays on this node and spreads later (known gap 11). */
  void notReplicated(List<Step> steps, Change change) {
    steps.add(new Report(Violation.NOT_AT_LEVEL));
    var exchange = change.exchange();
    if (exchange == null) {
      return;
    }
    if (change.isCancellation()) {
      forget(steps, exchange);
    } else if (change.keepsStream() && isRunning.getAsBoolean()) {
      exchange.enter(Phase.STREAMING, nanoTime.getAsLong());
      steps.add(new Element(exchange, Answer.failed(Violation.NOT_REPLICATED)));
      leave(steps, exchange, exchange.releaseHeld().stream().anyMatch(StreamedMessage::isLast));
    } else {
      finish(steps, exchange, Violation.NOT_REPLICATED);
    }
  }

  void refuse(List<Step> steps, Change change) {
    var exchange = change.exchange();
    if (exchange != null && change.isCancellation()) {
      forget(steps, exchange);
    } else if (exchange != null) {
      finish(steps, exchange, Violation.NOT_REPLICATED);
    }
  }

  /** The conversation has ended meanwhile, but the caller of this one learns how it went. */
  void answerLate(List<Step> steps, Change change, Written result, boolean isDeleted) {
    var exchange = change.exchange();
    if (exchange == null || exchange.phase == Phase.DONE) {
      return;
    }
    exchange.phase = Phase.DONE;
    var isDone = result instanceof Written.Done || result instanceof Written.Deleted;
    if (!isDone) {
      steps.add(new Report(Violation.NOT_AT_LEVEL));
    }
    if (change.isCancellation()) {
      steps.add(new Element(exchange, change.answer()));
      steps.add(new End(exchange));
    } else if (!isDone) {
      fail(steps, exchange, Violation.NOT_REPLICATED);
    } else if (!exchange.isStreamed()) {
      respond(steps, exchange, change.answer());
    } else {
      steps.add(new Element(exchange, change.answer()));
      if (change.keepsStream() && !isDeleted) {
        fail(steps, exchange, Violation.ENTITY_TERMINATING);
      } else {
        steps.add(new End(exchange));
      }
    }
  }

  /** Known gap 7: silence means that the function has not changed its copy. */
  void giveUpCancellation(List<Step> steps, Exchange exchange) {
    inFlight.end();
    forget(steps, exchange);
  }

  void cancelStream(List<Step> steps, Exchange exchange) {
    if (!isRunning.getAsBoolean()) {
      finish(steps, exchange);
      return;
    }
    exchange.isClientGone = true;
    exchange.enter(Phase.CANCELLING, nanoTime.getAsLong());
    inFlight.begin();
    steps.add(new Send(ProtocolMessages.streamCancelled(entityId, exchange.id)));
  }

  void finish(List<Step> steps, Exchange stream) {
    inFlight.done(stream);
    steps.add(new End(stream));
  }

  void finish(List<Step> steps, Exchange exchange, Failure failure) {
    inFlight.done(exchange);
    fail(steps, exchange, failure);
  }

  void fail(List<Step> steps, Exchange exchange, Failure failure) {
    if (!exchange.isClientGone) {
      steps.add(new Fail(exchange, failure));
    } else if (exchange.isStreamed()) {
      steps.add(new End(exchange));
    }
  }

  private void respond(List<Step> steps, Exchange exchange, Answer answer) {
    if (!exchange.isClientGone) {
      steps.add(new Respond(exchange, answer));
    }
  }

  void forget(List<Step> steps, Exchange cancelled) {
    inFlight.remember(cancelled.id);
    finish(steps, cancelled);
  }

  private static boolean isFailure(Answer answer) {
    return answer.action() instanceof ClientAction.Fail;
  }
}
