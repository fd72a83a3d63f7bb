package io.cloudstate.proxy.entity;

/** How it came that an instance is loaded no more. */
public enum Ending {
  /** It was idle, its shard moved, or the node stops. */
  PASSIVATED,
  /** The function has asked to be told its state afresh. */
  RESTARTED,
  /** Something broke: the function, the link or the store. */
  FAILED
}
