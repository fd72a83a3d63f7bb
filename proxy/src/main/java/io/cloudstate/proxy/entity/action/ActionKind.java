package io.cloudstate.proxy.entity.action;

import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.StreamedCall;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.entity.EntityKind;
import io.cloudstate.proxy.userfunction.UserFunction;
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

  /**
   * @param nanoTime the clock of {@link Call#deadlineNanos()}
   */
  public ActionKind(UserFunction userFunction, LongSupplier nanoTime) {
    this.userFunction = userFunction;
    this.nanoTime = nanoTime;
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
    if (refusal == null) {
      new UnaryAction(call, nanoTime, answer).start(userFunction);
    } else {
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
    if (refusal != null) {
      listener.onFailed(refusal);
      return StreamedCall.ENDED;
    }
    var method = service.methods().get(call.method());
    if (method == null) {
      throw new AssertionError("not of this service: " + call.method());
    }
    var action = new StreamedAction(method, call, nanoTime, listener);
    action.start(userFunction);
    return action;
  }

  private @Nullable Failure refusal(Call call) {
    if (call.deadlineNanos() - nanoTime.getAsLong() <= 0) {
      return ActionFailures.tooLate();
    }
    return userFunction.isAway() ? ActionFailures.unreachable() : null;
  }
}
