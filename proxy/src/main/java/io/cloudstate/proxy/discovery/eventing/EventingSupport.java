package io.cloudstate.proxy.discovery.eventing;

/**
 * What this proxy can consume from and publish to, by its configuration.
 *
 * @param eventLogs whether there is a store with journals
 * @param topics whether there is a broker
 */
public record EventingSupport(boolean eventLogs, boolean topics) {

  /** Neither. */
  public static final EventingSupport NONE = new EventingSupport(false, false);
}
