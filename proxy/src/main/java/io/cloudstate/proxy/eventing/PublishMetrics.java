package io.cloudstate.proxy.eventing;

/** Is told what is published; on any thread, and must be quick. */
public interface PublishMetrics {

  /** Records nothing. */
  PublishMetrics NONE = new PublishMetrics() {};

  /** A topic has an event. */
  default void published(String topic, long nanos) {}

  /** It does not, or nobody knows. */
  default void notPublished(String topic) {}

  /** So many stored replies were published and taken out of the outbox. */
  default void relayed(int replies) {}

  /** So many of them stay in the outbox, and are tried again. */
  default void notRelayed(int replies) {}
}
