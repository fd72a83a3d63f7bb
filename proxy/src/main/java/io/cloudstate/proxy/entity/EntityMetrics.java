package io.cloudstate.proxy.entity;

import io.cloudstate.proxy.discovery.ServiceDefinition;

/**
 * Is told what happens to the entities of one service; on any thread, and must be quick. What is
 * not of interest is not overridden.
 *
 * <p>Implements spec/telemetry.md 2. Every command that is {@linkplain #received} is {@linkplain
 * #completed} once, and every one that is {@linkplain #stashed} is {@linkplain #unstashed} once.
 */
public interface EntityMetrics {

  /** Records nothing. */
  EntityMetrics NONE = new EntityMetrics() {};

  /** Asked once for each service that is served, and each instance that is loaded. */
  @FunctionalInterface
  interface Source {

    Source NONE = service -> EntityMetrics.NONE;

    EntityMetrics of(ServiceDefinition service);
  }

  /** An instance begins to load. */
  default void activated() {}

  /** It is loaded, so long after it has begun. */
  default void recovered(long nanos) {}

  /** It is loaded no more, nor loading, so long after it has begun to. */
  default void passivated(Ending end, long nanos) {}

  /** A command was taken by an instance that is loaded. */
  default void received() {}

  /** It waits behind another one. */
  default void stashed() {}

  /** It has its turn, or is given up. */
  default void unstashed(long nanos) {}

  /** A command was not taken: too many wait, or nobody is there to take it. */
  default void refused() {}

  /** The function has answered a command, so long after it was sent. */
  default void processed(long nanos) {}

  /** A command was answered, so long after it was received. */
  default void completed(boolean isFailed, long nanos) {}

  /** Changes of one command are durable, so long after storing them has begun. */
  default void persisted(int changes, long bytes, long nanos) {}

  /** The value of an entity was deleted. */
  default void deleted(long nanos) {}

  /** A change was not stored, or not where it was to be. */
  default void notPersisted() {}

  /** What was stored was read again. */
  default void loaded(int changes, long bytes) {}

  default void snapshotPersisted(long bytes) {}

  default void snapshotNotPersisted() {}

  default void snapshotLoaded(long bytes) {}

  /** One of many answers to a streamed command. */
  default void streamed() {}

  /** A command that was dropped on its way to its shard was sent again. */
  default void resent() {}

  /** A command did not get to its entity, and its caller was told so. */
  default void lost() {}
}
