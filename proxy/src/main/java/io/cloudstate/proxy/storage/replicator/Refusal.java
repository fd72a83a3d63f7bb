package io.cloudstate.proxy.storage.replicator;

/** Ends a change that a value does not take: the only way to tell Akka to write nothing. */
final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1;

  Refusal(String reason) {
    super(reason, null, false, false);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
