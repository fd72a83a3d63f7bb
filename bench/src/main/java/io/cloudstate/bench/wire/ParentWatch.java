package io.cloudstate.bench.wire;

import java.io.IOException;

/** Ends this process when the one that started it is gone, however that one ended. */
public final class ParentWatch {

  private ParentWatch() {}

  /** Expects standard input to be a pipe from the parent, on which nothing is ever written. */
  public static void start() {
    var thread = new Thread(ParentWatch::untilEndOfInput, "parent-watch");
    thread.setDaemon(true);
    thread.start();
  }

  private static void untilEndOfInput() {
    try {
      while (System.in.read() >= 0) {
        // nothing is expected
      }
    } catch (IOException e) {
      // as good as its end
    }
    Runtime.getRuntime().halt(0);
  }
}
