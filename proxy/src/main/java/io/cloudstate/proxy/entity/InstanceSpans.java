package io.cloudstate.proxy.entity;

import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Span;
import io.cloudstate.proxy.call.TraceContext;
import io.cloudstate.proxy.entity.EntityTraces.Work;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an instance is at for commands that are followed: it loads, the function has a command, or
 * its change is written. One at a time; used by its actor alone.
 */
final class InstanceSpans {

  private final EntityTraces traces;
  private final EntityInstance instance;
  private @Nullable Span loading;
  private @Nullable Span handling;
  private @Nullable Span storing;
  private @Nullable Pending handled; // the command of the last two

  InstanceSpans(EntityTraces traces, EntityInstance instance) {
    this.traces = traces;
    this.instance = instance;
  }

  /** An instance begins to load, for the first of the commands that wait for it. */
  void opened(EntitySession<?> session) {
    var first = session.next();
    loading = first == null ? null : begin(Work.LOAD, first, EntityTraces.NO_NUMBER);
  }

  /** To be called before what follows from anything is done. */
  void look(EntitySession<?> session) {
    var span = loading;
    if (span == null || session.state() == EntitySession.State.LOADING) {
      return;
    }
    loading = null;
    if (session.isLoaded()) {
      span.answered();
    } else {
      span.failed(new Failure.StorageFailed("The entity was not loaded"));
    }
  }

  /** The instance is gone, wherever it was. */
  void gone() {
    if (loading != null) {
      loading.abandoned();
      loading = null;
    }
  }

  /** A command goes to the function; with this context, if it has any. */
  @Nullable TraceContext sent(Pending command, long number) {
    handled = command;
    handling = begin(Work.FUNCTION, command, number);
    return handling == null ? command.call().trace() : handling.context();
  }

  /** The function has said something, and this follows from it. */
  void said(List<Step> steps) {
    var span = handling;
    if (span != null) {
      handling = null;
      end(span, steps);
    }
  }

  private void end(Span span, List<Step> steps) {
    for (var step : steps) {
      if (step instanceof Step.Respond respond && respond.pending() == handled) {
        span.ended(respond.answer());
        return;
      }
    }
    span.answered();
  }

  void storing(EntitySession<?> session) {
    var command = session.current();
    storing = command == null ? null : begin(Work.STORE, command, session.currentId());
  }

  void stored() {
    if (storing != null) {
      storing.answered();
      storing = null;
    }
  }

  /** Why is in the log: what databases say may hold what was to be written. */
  void notStored() {
    if (storing != null) {
      storing.failed(new Failure.StorageFailed("The store did not confirm the write"));
      storing = null;
    }
  }

  /** A command is answered while the function has it, or its change is written. */
  void answered(Pending command, Answer answer) {
    if (command != handled) {
      return;
    }
    handled = null;
    if (handling != null) {
      handling.ended(answer);
      handling = null;
    }
    if (storing != null) {
      storing.ended(answer);
      storing = null;
    }
  }

  private @Nullable Span begin(Work work, Pending command, long number) {
    return command.call().trace() == null
        ? null
        : traces.begin(work, command.call(), instance.service(), instance.entityId(), number);
  }
}
