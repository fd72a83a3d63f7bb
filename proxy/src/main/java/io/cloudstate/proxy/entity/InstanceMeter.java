package io.cloudstate.proxy.entity;

import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Answer.ClientAction;
import io.cloudstate.proxy.entity.Pending.Stage;

/**
 * Makes of what an actor does with its commands what {@link EntityMetrics} want to hear. Commands
 * that wait for their instance to be loaded count from then on; those that fail before never do.
 * Used by its actor alone; times are the actor's.
 */
final class InstanceMeter {

  private final EntityMetrics metrics;
  private boolean isActive;
  private boolean isLoading;
  private long activeSinceNanos;

  InstanceMeter(EntityMetrics metrics) {
    this.metrics = metrics;
  }

  /** An instance begins to load. */
  void opened(long now) {
    isActive = true;
    isLoading = true;
    activeSinceNanos = now;
    metrics.activated();
  }

  /** To be called before what follows from anything is done. */
  void look(EntitySession<?> session, long now) {
    if (isLoading && session.state() != EntitySession.State.LOADING) {
      isLoading = false;
      if (session.isLoaded()) {
        metrics.recovered(now - activeSinceNanos);
        session.forEachCommand(command -> takeAfterLoading(session, command, now));
      }
    }
  }

  private void takeAfterLoading(EntitySession<?> session, Pending command, long now) {
    if (command.stage == Stage.NEW) {
      receive(command, command != session.current(), now);
    }
  }

  /** A command has come, and the session does not know it yet. */
  void arrived(EntitySession<?> session, Pending command, long now) {
    if (session.isFull()) {
      metrics.refused();
    } else if (session.isLoaded()) {
      receive(command, !session.isIdle(), now);
    }
  }

  private void receive(Pending command, boolean isStashed, long now) {
    command.receivedNanos = now;
    metrics.received();
    if (isStashed) {
      command.stage = Stage.STASHED;
      metrics.stashed();
    } else {
      command.stage = Stage.TAKEN;
    }
  }

  /** A command goes to the function. */
  void sent(Pending command, long now) {
    if (command.stage == Stage.STASHED) {
      command.stage = Stage.TAKEN;
      metrics.unstashed(now - command.receivedNanos);
    }
  }

  void processed(long nanos) {
    metrics.processed(nanos);
  }

  void answered(Pending command, Answer answer, long now) {
    if (command.stage == Stage.NEW) {
      return;
    }
    sent(command, now);
    metrics.completed(answer.action() instanceof ClientAction.Fail, now - command.receivedNanos);
  }

  /** Nothing is loaded any more; ignored if nothing was. */
  void closed(Ending end, long now) {
    if (isActive) {
      isActive = false;
      isLoading = false;
      metrics.passivated(end, now - activeSinceNanos);
    }
  }
}
