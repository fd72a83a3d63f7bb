package io.cloudstate.proxy.call;

import java.util.List;

/**
 * What an entity or action made of one command, after its state changes are durable: what the
 * caller gets, and what has to be called besides.
 */
public record Answer(ClientAction action, List<SideEffect> effects) {

  public Answer {
    effects = List.copyOf(effects);
  }

  public static Answer failed(Failure failure) {
    return new Answer(new ClientAction.Fail(failure), List.of());
  }

  /** The same with the reply, if it is one, {@linkplain ClientAction.Reply#isInOutbox stored}. */
  public Answer inOutbox() {
    return action instanceof ClientAction.Reply reply
        ? new Answer(new ClientAction.Reply(reply.payload(), reply.metadata(), true), effects)
        : this;
  }

  /** What happens for the caller. */
  public sealed interface ClientAction {

    /**
     * A message.
     *
     * @param isInOutbox whether it is stored together with the state, to be published from there
     */
    record Reply(Payload payload, Metadata metadata, boolean isInOutbox) implements ClientAction {

      public Reply(Payload payload, Metadata metadata) {
        this(payload, metadata, false);
      }
    }

    /** Another method of the same function produces the answer instead. */
    record Forward(Target target) implements ClientAction {}

    record Fail(Failure failure) implements ClientAction {}

    /** The user function set no client action: the call completes without a message. */
    record None() implements ClientAction {}
  }

  /** A further command to run; its result is discarded. */
  public record SideEffect(Target target, boolean synchronous) {}

  /** Where a forward or side effect goes, and with what. */
  public record Target(String service, String method, Payload payload, Metadata metadata) {}
}
