package io.cloudstate.operator.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What one user has asked a real API server for, as that noted it. */
public record Audit(List<JsonNode> requests) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static Audit of(Path log, String user) {
    try {
      var text = Files.exists(log) ? Files.readString(log) : "";
      return new Audit(
          text.substring(0, text.lastIndexOf('\n') + 1) // the last line may be half written
              .lines()
              .map(Audit::read)
              .filter(request -> request.at("/user/username").asText().equals(user))
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode read(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(line, e);
    }
  }

  /** Without those of before. */
  public Audit since(Audit before) {
    return new Audit(requests.subList(before.requests.size(), requests.size()));
  }

  /** Each by its verb, path and answer. */
  public List<String> refused() {
    return requests.stream()
        .filter(request -> request.at("/responseStatus/code").asInt() == 403)
        .map(
            request ->
                "%s %s: %s"
                    .formatted(
                        request.get("verb").asText(),
                        request.get("requestURI").asText(),
                        request.at("/responseStatus/message").asText()))
        .toList();
  }

  /** In the words of rules, {@code apps/deployments patch}, but for those in one namespace. */
  public Set<String> usesOutside(String namespace) {
    return requests.stream()
        .filter(request -> request.has("objectRef"))
        .filter(request -> !request.at("/objectRef/namespace").asText().equals(namespace))
        .map(
            request ->
                "%s/%s%s %s"
                    .formatted(
                        request.at("/objectRef/apiGroup").asText(),
                        request.at("/objectRef/resource").asText(),
                        request.at("/objectRef/subresource").isMissingNode()
                            ? ""
                            : "/" + request.at("/objectRef/subresource").asText(),
                        request.get("verb").asText()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Where; empty for what is asked of all namespaces, and for what is in none. */
  public Set<String> namespaces() {
    return requests.stream()
        .filter(request -> request.has("objectRef"))
        .map(request -> request.at("/objectRef/namespace").asText())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
