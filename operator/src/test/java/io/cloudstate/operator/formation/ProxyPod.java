package io.cloudstate.operator.formation;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A pod, and the proxy in it: an object on the API server, and a process on this machine. */
final class ProxyPod implements AutoCloseable {

  /** Where it is on this machine; the ports are those of all pods. */
  record Place(
      String address,
      int managementPort,
      int remotingPort,
      String functionHost,
      int functionPort) {}

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(10);

  private final Deployed service;
  private final Place place;
  private final Path directory;
  private final Pod pod;
  private final HttpClient http = HttpClient.newHttpClient();
  private @Nullable Program proxy;

  private ProxyPod(Deployed service, Place place, Path directory, Pod pod) {
    this.service = service;
    this.place = place;
    this.directory = directory;
    this.pod = pod;
  }

  /** One that is pending: nothing runs in it. */
  static ProxyPod create(Deployed service, Place place, Path directory) {
    try {
      var own = Files.createDirectories(directory.resolve(place.address()));
      var pod = service.createPod("chat-" + place.address().replace('.', '-'));
      return new ProxyPod(service, place, own, pod);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says that it runs, and starts the proxy. */
  ProxyPod run() {
    sayThatItRuns();
    start();
    return this;
  }

  void sayThatItRuns() {
    service.run(pod, place.address());
  }

  /** Starts the proxy, and does not wait. */
  void start() {
    var environment = service.environment(place.address());
    environment.putAll(ofThisMachine());
    try {
      proxy =
          Program.start(
              Program.jar("proxy", "cloudstate-proxy.jar"),
              service.account(directory),
              environment,
              directory.resolve("proxy.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The pods share it, it is busy with more, and there is no database. */
  private Map<String, String> ofThisMachine() {
    return Map.of(
        "HTTP_PORT", "0",
        "METRICS_PORT", "0",
        "MANAGEMENT_HOST", place.address(),
        "MANAGEMENT_PORT", Integer.toString(place.managementPort()),
        "REMOTING_PORT", Integer.toString(place.remotingPort()),
        "USER_FUNCTION_HOST", place.functionHost(),
        "USER_FUNCTION_PORT", Integer.toString(place.functionPort()),
        "CLUSTER_JOIN_TIMEOUT", "5m",
        "CLOUDSTATE_STORE", "in-memory");
  }

  /** What it logs; nothing before it was started. */
  String log() {
    return proxy == null ? "" : proxy.log();
  }

  /** What it says to the probe of readiness; empty if it does not answer yet. */
  String readiness() {
    return get("/ready");
  }

  /** Its address in the cluster, and its status there once it is up. */
  String asMember() {
    return "akka://cloudstate@%s:%d Up".formatted(place.address(), place.remotingPort());
  }

  /** All nodes of the cluster that it is in, and their status, as it sees them. */
  Set<String> members() throws IOException {
    var members = new TreeSet<String>();
    for (var node : JSON.readTree(get("/admin/members")).path("nodes")) {
      members.add(node.get("address").asText() + " " + node.get("status").asText());
    }
    return members;
  }

  private String get(String path) {
    var uri = URI.create("http://%s:%d%s".formatted(place.address(), place.managementPort(), path));
    var request = HttpRequest.newBuilder(uri).timeout(ANSWERS_WITHIN).build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (proxy != null) {
      proxy.close();
    }
  }
}
