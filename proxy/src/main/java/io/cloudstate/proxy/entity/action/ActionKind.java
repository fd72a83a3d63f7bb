package io.cloudstate.proxy.entity.action;

import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Span;
import io.cloudstate.proxy.call.StreamedCall;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.entity.EntityKind;
import io.cloudstate.proxy.entity.EntityMetrics;
import io.cloudstate.proxy.entity.EntityTraces;
import io.cloudstate.proxy.userfunction.UserFunction;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Actions as the router sees them: each call is one call to the user function, by the protocol's
 * rpc for its shape. Thread-safe.
 *
 * <p>Implements spec/action.md 1 to 4.
 */
public final class ActionKind implements EntityKind {

  private final UserFunction userFunction;
  private final LongSupplier nanoTime;
  private final EntityMetrics.Source metrics;
  private final @Nullable EntityTraces traces;
  private final Map<String, EntityMetrics> byService = new ConcurrentHashMap<>();

  /**
   * @param nanoTime the clock of {@link Call#deadlineNanos()}
   * @param traces null if no call is followed
   */
  public ActionKind(
      UserFunction userFunction,
      LongSupplier nanoTime,
      EntityMetrics.Source metrics,
      @Nullable EntityTraces traces) {
    this.userFunction = userFunction;
    this.nanoTime = nanoTime;
    this.metrics = metrics;
    this.traces = traces;
  }

  /** There are no keys. */
  @Override
  public int maxKeyLength(ServiceDefinition service) {
    return 0;
  }

  @Override
  public void invoke(
      ServiceDefinition service, String entityId, Call call, Consumer<Answer> answer) {
    var refusal = refusal(call);
    var counted = metrics(service);
    if (refusal == null) {
      new UnaryAction(call, nanoTime, counted, begin(service, call), answer).start(userFunction);
    } else {
      counted.refused();
      answer.accept(Answer.failed(refusal));
    }
  }

  @Override
  public StreamedCall stream(
      ServiceDefinition service,
      String entityId,
      Call call,
      StreamedCall.Listener<Answer> listener) {
    var refusal = refusal(call);
    var counted = metrics(service);
    if (refusal != null) {
      counted.refused();
      listener.onFailed(refusal);
      return StreamedCall.ENDED;
    }
    var method = service.methods().get(call.method());
    if (method == null) {
      throw new AssertionError("not of this service: " + call.method());
    }
    var action =
        new StreamedAction(method, call, nanoTime, counted, begin(service, call), listener);
    action.start(userFunction);
    return action;
  }

  private @Nullable Span begin(ServiceDefinition service, Call call) {
    return traces == null || call.trace() == null
        ? null
        : traces.begin(EntityTraces.Work.FUNCTION, call, service, "", EntityTraces.NO_NUMBER);
  }

  private EntityMetrics metrics(ServiceDefinition service) {
    var known = byService.get(service.name());
    return known == null
        ? byService.computeIfAbsent(service.name(), name -> metrics.of(service))
        : known;
  }

  private @Nullable Failure refusal(Call call) {
    if (call.deadlineNanos() - nanoTime.getAsLong() <= 0) {
      return ActionFailures.tooLate();
    }
    return userFunction.isAway() ? ActionFailures.unreachable() : null;
  }
}
