package io.cloudstate.proxy.router;

import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.StreamedCall;
import java.util.function.Consumer;

/** Takes a call to whatever answers it. */
public interface Router {

  /**
   * Routes one call. Never blocks: callers are event loops. {@code whenDone} is called exactly
   * once, on any thread, this one included, and not necessarily before the call's deadline.
   */
  void route(Call call, Consumer<Outcome> whenDone);

  /**
   * Routes a call of a method that streams requests, replies or both. Never blocks. The listener
   * may be called before this returns; what it gets is {@link Outcome.Replied} for each reply, and
   * {@link Outcome.Completed} for an answer without a message, which needs not be requested.
   *
   * @param call whose payload is {@link Payload#NONE} if the method streams requests
   */
  StreamedCall stream(Call call, StreamedCall.Listener<Outcome> listener);
}
