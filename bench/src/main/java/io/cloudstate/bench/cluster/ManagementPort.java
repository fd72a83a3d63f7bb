package io.cloudstate.bench.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** The management port of a proxy on this machine. */
final class ManagementPort {

  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(10);
  private static final int OK = 200;
  private static final Pattern SELF = Pattern.compile("\"self\":\"([^\"]+)\"");
  private static final Pattern NODE_OF_ENTITY = Pattern.compile("\"node\":\"([^\"]+)\"");

  private final HttpClient http;
  private final String base;

  ManagementPort(HttpClient http, int port) {
    this.http = http;
    this.base = "http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + port;
  }

  boolean isReady() throws InterruptedException {
    return get("/ready").isPresent();
  }

  /** What the node is called in the cluster. */
  Optional<String> self() throws InterruptedException {
    return get("/admin/members").flatMap(body -> group(SELF, body));
  }

  Optional<Shards> shards() throws InterruptedException {
    return get("/admin/entities").map(Shards::parse);
  }

  /** The node on which the entity is or would be loaded; its shard gets a node if it had none. */
  Optional<String> nodeOf(String type, String id) throws InterruptedException {
    return get("/admin/entities/" + type + "/" + id).flatMap(body -> group(NODE_OF_ENTITY, body));
  }

  private static Optional<String> group(Pattern pattern, String text) {
    var matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Nothing if it does not answer, or with an error. */
  private Optional<String> get(String path) throws InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(base + path)).timeout(ANSWERS_WITHIN).build();
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      return answer.statusCode() == OK ? Optional.of(answer.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
