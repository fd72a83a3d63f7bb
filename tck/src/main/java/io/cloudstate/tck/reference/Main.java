package io.cloudstate.tck.reference;

/** Serves the reference model on {@code HOST} (127.0.0.1) and {@code PORT} (8080), until TERM. */
public final class Main {

  public static void main(String[] arguments) {
    var host = System.getenv().getOrDefault("HOST", "127.0.0.1");
    var port = System.getenv().getOrDefault("PORT", "8080");
    try {
      serve(host, Integer.parseInt(port));
      System.out.println("reference function listens on " + host + ":" + port);
    } catch (IllegalArgumentException | IllegalStateException e) {
      System.err.println(host + ":" + port + ": " + e.getMessage());
      System.exit(1);
    }
  }

  private static void serve(String host, int port) {
    ReferenceFunction.start(
        host,
        port,
        new ReferenceModel(),
        complaint -> System.err.println("the proxy reports: " + complaint));
  }

  private Main() {}
}
