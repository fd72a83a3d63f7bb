package io.cloudstate.proxy.call;

/** What the caller of a unary call gets in the end, and of a streamed one for each answer. */
public sealed interface Outcome {

  /**
   * A reply message with its metadata.
   *
   * @param isInOutbox whether it is stored, to be published from there
   */
  record Replied(Payload payload, Metadata metadata, boolean isInOutbox) implements Outcome {

    public Replied(Payload payload, Metadata metadata) {
      this(payload, metadata, false);
    }
  }

  /** The call completes without a message: the user function set no client action. */
  record Completed() implements Outcome {}

  record Failed(Failure failure) implements Outcome {}
}
