package io.cloudstate.proxy.entity.crdt;

import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.proxy.call.Answer.ClientAction;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Span;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.entity.EntityTraces;
import io.cloudstate.proxy.entity.EntityTraces.Work;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an entity is at for commands that are followed: it loads, the function has them, or their
 * change is written. Used by its actor alone.
 */
final class ExchangeSpans {

  private final EntityTraces traces;
  private final ServiceDefinition service;
  private final String entityId;
  private @Nullable Span loading;

  ExchangeSpans(EntityTraces traces, ServiceDefinition service, String entityId) {
    this.traces = traces;
    this.service = service;
    this.entityId = entityId;
  }

  /** For the first of the commands that wait. */
  void loading(Exchange first) {
    notLoaded();
    loading = begin(Work.LOAD, first);
  }

  void loaded() {
    if (loading != null) {
      loading.answered();
      loading = null;
    }
  }

  void notLoaded() {
    if (loading != null) {
      loading.failed(new Failure.StorageFailed("The entity was not loaded"));
      loading = null;
    }
  }

  /** The command as it goes to the function, with the context of its trace if it has any. */
  CrdtStreamIn sent(@Nullable Exchange exchange, CrdtStreamIn command) {
    if (exchange == null) {
      return command;
    }
    exchange.handling = begin(Work.FUNCTION, exchange);
    var context = exchange.handling == null ? exchange.call.trace() : exchange.handling.context();
    return context == null ? command : ProtocolMessages.with(context.alone(), command);
  }

  /** The function has replied, and this follows from it. */
  static void replied(Exchange exchange, List<Step> steps) {
    for (var step : steps) {
      var failure = failure(step);
      if (failure != null && isOf(step, exchange)) {
        failed(exchange, failure);
        return;
      }
    }
    if (exchange.handling != null) {
      exchange.handling.answered();
      exchange.handling = null;
    }
  }

  void writing(@Nullable Exchange exchange) {
    if (exchange != null) {
      exchange.writing = begin(Work.STORE, exchange);
    }
  }

  static void written(@Nullable Exchange exchange, boolean isWritten) {
    if (exchange == null || exchange.writing == null) {
      return;
    }
    if (isWritten) {
      exchange.writing.answered();
    } else {
      exchange.writing.failed(
          new Failure.NotReplicated("The change did not reach as many nodes as it was to"));
    }
    exchange.writing = null;
  }

  /** A command may be over while the function has it still. */
  static void ended(Step step) {
    if (step instanceof Step.Respond respond) {
      ended(respond.exchange(), failure(step));
    } else if (step instanceof Step.End end) {
      ended(end.exchange(), null);
    } else if (step instanceof Step.Fail failed) {
      ended(failed.exchange(), failed.failure());
    }
  }

  private static void ended(Exchange exchange, @Nullable Failure failure) {
    if (failure != null) {
      failed(exchange, failure);
    } else if (exchange.handling != null) {
      exchange.handling.abandoned();
      exchange.handling = null;
    }
  }

  private static void failed(Exchange exchange, Failure failure) {
    if (exchange.handling != null) {
      exchange.handling.failed(failure);
      exchange.handling = null;
    }
  }

  private static boolean isOf(Step step, Exchange exchange) {
    return (step instanceof Step.Respond respond && respond.exchange() == exchange)
        || (step instanceof Step.Fail failed && failed.exchange() == exchange);
  }

  private static @Nullable Failure failure(Step step) {
    if (step instanceof Step.Fail failed) {
      return failed.failure();
    }
    return step instanceof Step.Respond respond
            && respond.answer().action() instanceof ClientAction.Fail fail
        ? fail.failure()
        : null;
  }

  private @Nullable Span begin(Work work, Exchange exchange) {
    return exchange.call.trace() == null
        ? null
        : traces.begin(work, exchange.call, service, entityId, exchange.id);
  }
}
