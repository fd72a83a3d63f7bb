package io.cloudstate.proxy.testing;

import com.typesafe.config.ConfigFactory;
import io.cloudstate.proxy.Proxy;
import io.cloudstate.proxy.config.SettingSources;
import io.cloudstate.proxy.config.SettingsReader;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A proxy in this JVM, in memory unless told otherwise, on a port of its own. */
public final class TestProxy implements AutoCloseable {

  private static final String PREFIX = "cloudstate.proxy.";

  private final Proxy proxy;

  private TestProxy(Proxy proxy) {
    this.proxy = proxy;
  }

  /**
   * Starts a proxy for the function at this port; does not wait until it serves.
   *
   * @param settings keys below {@code cloudstate.proxy}, over those every test has
   */
  public static TestProxy start(int functionPort, Map<String, String> settings) {
    return start(functionPort, settings, "");
  }

  /**
   * Starts a proxy that joins a cluster, over a relay that others reach it by.
   *
   * @param relay to {@code remotingPort}
   * @param seedPort the relay of the first node of the cluster, its own if it is that
   */
  public static TestProxy startMember(
      int functionPort, Map<String, String> settings, int remotingPort, Relay relay, int seedPort) {
    return startMember(functionPort, settings, remotingPort, relay, seedPort, "");
  }

  /**
   * The same.
   *
   * @param akka settings that are not the proxy's, in HOCON
   */
  public static TestProxy startMember(
      int functionPort,
      Map<String, String> settings,
      int remotingPort,
      Relay relay,
      int seedPort,
      String akka) {
    var all = new HashMap<>(settings);
    all.put("cluster.seed-nodes", "127.0.0.1:" + seedPort);
    all.put("cluster.remoting-host", "127.0.0.1");
    all.put("cluster.remoting-port", Integer.toString(relay.port()));
    return start(functionPort, all, "akka.remote.artery.bind.port = " + remotingPort + "\n" + akka);
  }

  /**
   * As {@link #start(int, Map)}.
   *
   * @param akka settings that are not the proxy's, in HOCON
   */
  public static TestProxy start(int functionPort, Map<String, String> settings, String akka) {
    var all =
        new HashMap<>(
            Map.of(
                PREFIX + "http-port", "0",
                PREFIX + "http-interface", "127.0.0.1",
                PREFIX + "management.host", "127.0.0.1",
                PREFIX + "management.port", "0",
                PREFIX + "telemetry.disabled", "true",
                PREFIX + "store", "in-memory",
                PREFIX + "backoff.min", "100ms",
                PREFIX + "backoff.max", "200ms",
                PREFIX + "user-function-port", Integer.toString(functionPort)));
    settings.forEach((key, value) -> all.put(PREFIX + key, value));
    var sources = new SettingSources(ConfigFactory.parseMap(all), Map.of(), ConfigFactory.load());
    var loaded = SettingsReader.read(sources);
    var quiet =
        ConfigFactory.parseString(
            "akka.coordinated-shutdown { run-by-jvm-shutdown-hook = off, exit-jvm = off }");
    var config =
        ConfigFactory.parseString(akka).withFallback(quiet).withFallback(ConfigFactory.load());
    return new TestProxy(Proxy.start(loaded.settings(), config));
  }

  public static TestProxy start(int functionPort) {
    return start(functionPort, Map.of());
  }

  /** The port, as soon as it is served, which it has to be. */
  public int port() {
    try {
      return proxy.online().toCompletableFuture().get(Waiting.SECONDS * 2, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the proxy does not serve", e);
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  public boolean isOnline() {
    return proxy.online().toCompletableFuture().isDone();
  }

  /** A connection to the served port. */
  public ManagedChannel connect() {
    return NettyChannelBuilder.forAddress("127.0.0.1", port()).usePlaintext().build();
  }

  @Override
  public void close() {
    try {
      proxy.stop().toCompletableFuture().get(Waiting.SECONDS * 2, TimeUnit.SECONDS);
    } catch (TimeoutException | InterruptedException | ExecutionException e) {
      throw new AssertionError("the proxy does not stop", e);
    }
  }
}
