package io.cloudstate.proxy.testing;

import io.cloudstate.proxy.eventloop.EventLoops;

/** Event loops for tests of a part of the proxy; they end with the tests' JVM. */
public final class TestEventLoops {

  public static final EventLoops SHARED = new EventLoops();

  private TestEventLoops() {}
}
