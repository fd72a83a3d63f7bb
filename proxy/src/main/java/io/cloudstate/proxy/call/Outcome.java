package io.cloudstate.proxy.call;

/** What the caller of a unary call gets in the end, and of a streamed one for each answer. */
public sealed interface Outcome {

  /** A reply message with its metadata. */
  record Replied(Payload payload, Metadata metadata) implements Outcome {}

  /** The call completes without a message: the user function set no client action. */
  record Completed() implements Outcome {}

  record Failed(Failure failure) implements Outcome {}
}
