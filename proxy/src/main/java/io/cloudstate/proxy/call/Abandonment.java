package io.cloudstate.proxy.call;

import java.util.function.BooleanSupplier;

/**
 * Whether nobody waits for the answer of a call any more: the caller has one, gave up or went away.
 * Never goes back to false; cheap, and safe from any thread.
 */
@FunctionalInterface
public interface Abandonment extends BooleanSupplier {

  /** Of a call whose caller never gives up. */
  Abandonment NEVER = () -> false;

  /**
   * Runs the action if the caller gives up or goes away before it has its answer, on any thread and
   * at once if it already has; perhaps more than once. Of several actions the last one counts: one
   * place at a time works on a call. Callers that only know how to be asked run none.
   */
  default void whenAbandoned(Runnable action) {
    if (getAsBoolean()) {
      action.run();
    }
  }
}
