package io.cloudstate.proxy.cluster;

import io.cloudstate.proxy.config.ProxySettings;

/** Other nodes cannot reach this one at its address; the message says what to do about it. */
public final class RemotingUnusable extends RuntimeException {

  private static final long serialVersionUID = 1;

  private RemotingUnusable(String message, Throwable cause) {
    super(message, cause);
  }

  /** The port cannot be opened. */
  public static RemotingUnusable of(ProxySettings.Cluster settings, Throwable cause) {
    var host = settings.remotingHost().isEmpty() ? "this machine" : settings.remotingHost();
    return new RemotingUnusable(
        ("other nodes cannot reach this one at %s, port %d: %s (expected: an address of this"
                + " machine, as cluster.remoting-host, and a port that nobody else has there, as"
                + " cluster.remoting-port; REMOTING_HOST and REMOTING_PORT set them)")
            .formatted(host, settings.remotingPort(), innermost(cause)),
        cause);
  }

  private static String innermost(Throwable failure) {
    var cause = failure.getCause();
    return cause == null ? String.valueOf(failure.getMessage()) : innermost(cause);
  }
}
