package io.cloudstate.proxy.testing;

import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.userfunction.UserFunction;
import io.grpc.Server;
import java.time.Duration;

/** The link to a function that a test serves itself. */
public final class TestUserFunction {

  private TestUserFunction() {}

  /** Not connected yet; its I/O is done on {@link TestEventLoops#SHARED}. */
  public static UserFunction at(Server server) {
    return new UserFunction(
        new ProxySettings.UserFunction(
            "127.0.0.1", server.getPort(), 1_000_000, Duration.ofSeconds(5)),
        TestEventLoops.SHARED);
  }
}
