package io.cloudstate.proxy.storage.replicator;

/** What became of a change. */
public sealed interface Written {

  /** As many nodes have it as were asked for. */
  record Done() implements Written {}

  /** This node has it and goes on spreading it, but too few nodes confirmed it in time. */
  record NotReplicated() implements Written {}

  /** Nothing was written: the key is deleted, for ever. */
  record Deleted() implements Written {}

  /** Nothing was written: the value does not take the change. */
  record Refused(String reason) implements Written {}
}
