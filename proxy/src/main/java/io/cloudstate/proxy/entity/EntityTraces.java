package io.cloudstate.proxy.entity;

import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Span;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import org.jspecify.annotations.Nullable;

/** Follows what is done for commands; on any thread, and must be quick. */
@FunctionalInterface
public interface EntityTraces {

  /** What is done for a command. */
  enum Work {
    /** Its entity is read from the store and handed to the function. */
    LOAD,
    /** The function has it. */
    FUNCTION,
    /** What it has changed is written. */
    STORE
  }

  /** A command that has no number yet, as its entity is not loaded. */
  long NO_NUMBER = 0;

  /**
   * Something begins; null if the call is not followed.
   *
   * @param entityId key of the entity; empty if the command is for none
   * @param number of the command on the entity's stream, or {@link #NO_NUMBER}
   */
  @Nullable Span begin(
      Work work, Call call, ServiceDefinition service, String entityId, long number);
}
