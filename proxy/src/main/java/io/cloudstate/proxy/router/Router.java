package io.cloudstate.proxy.router;

import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Outcome;
import java.util.function.Consumer;

/** Takes a call to whatever answers it. */
public interface Router {

  /**
   * Routes one call. Never blocks: callers are event loops. {@code whenDone} is called exactly
   * once, on any thread, this one included, and not necessarily before the call's deadline.
   */
  void route(Call call, Consumer<Outcome> whenDone);
}
