package io.cloudstate.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudstate.operator.crd.Schema;
import io.cloudstate.operator.crd.StatefulService;
import io.cloudstate.operator.crd.StatefulStore;
import io.cloudstate.operator.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Golden cases: {@code in-service.yaml}, {@code in-store.yaml} and {@code in-cluster.yaml} of a
 * folder give its {@code out-*.yaml}. With {@code -Dgolden.update=true} these are written anew.
 */
class DesiredTest {

  private static final Path CASES = Path.of("src", "test", "resources", "desired");
  private static final List<String> INPUTS =
      List.of("in-service.yaml", "in-store.yaml", "in-cluster.yaml");

  static List<Path> cases() throws IOException {
    try (var entries = Files.list(CASES)) {
      return entries.sorted().toList();
    }
  }

  static Desired desired(Path folder) throws IOException {
    var service = read(folder.resolve("in-service.yaml"), "statefulservices");
    var store = read(folder.resolve("in-store.yaml"), "statefulstores");
    var cluster = Golden.YAML.readTree(folder.resolve("in-cluster.yaml").toFile());
    assertThat(service.at("/spec/storeConfig").isMissingNode() && !store.isEmpty())
        .as("in-store.yaml is used by the service of " + folder)
        .isFalse();
    var versions = new HashMap<String, String>();
    cluster
        .path("secrets")
        .properties()
        .forEach(secret -> versions.put(secret.getKey(), secret.getValue().asText()));
    var keys = new HashMap<String, Set<String>>();
    cluster
        .path("secretKeys")
        .properties()
        .forEach(
            secret -> keys.put(secret.getKey(), Set.of(secret.getValue().asText().split(" ", -1))));
    return Desired.of(
        Golden.YAML.treeToValue(service, StatefulService.class),
        new References(
            store.isEmpty() ? null : Golden.YAML.treeToValue(store, StatefulStore.class),
            versions,
            keys),
        new Platform(
            cluster.get("proxyImage").asText(), cluster.get("nativeSidecars").asBoolean()));
  }

  /** As the API server would give it out; with "unchecked", as if it had no schema. */
  private static JsonNode read(Path file, String plural) throws IOException {
    if (!Files.exists(file)) {
      return Golden.YAML.createObjectNode();
    }
    var object = Golden.YAML.readTree(file.toFile());
    var schema = Schema.of(plural);
    if (object.at("/metadata/annotations/unchecked").isMissingNode()) {
      schema.withDefaults(object);
      assertThat(schema.violations(object)).as(file.toString()).isEmpty();
    }
    return object;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void objectsAreAsInTheGoldenFiles(Path folder) throws IOException {
    // Given
    var actual = new HashMap<String, String>();
    // When
    var desired = desired(folder);
    // Then
    actual.put("out-result.yaml", result(desired));
    for (var object : desired.objects()) {
      var name = "out-" + object.getKind().toLowerCase(Locale.ROOT) + ".yaml";
      assertThat(actual.put(name, Golden.YAML.writeValueAsString(object))).as(name).isNull();
    }
    if (Boolean.getBoolean("golden.update")) {
      write(folder, actual);
    }
    var expectedFiles = new TreeSet<>(actual.keySet());
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> !INPUTS.contains(name))
          .as("files of " + folder + "; update them with -Dgolden.update=true")
          .containsExactlyInAnyOrderElementsOf(expectedFiles);
    }
    for (var file : expectedFiles) {
      assertThat(actual.get(file))
          .as(folder.resolve(file) + "; update it with -Dgolden.update=true")
          .isEqualTo(Files.readString(folder.resolve(file)));
    }
  }

  private static String result(Desired desired) throws IOException {
    ObjectNode result = Golden.YAML.createObjectNode();
    result.set(
        "objects",
        Golden.YAML.valueToTree(
            desired.objects().stream()
                .map(object -> object.getKind() + "/" + object.getMetadata().getName())
                .toList()));
    result.set("problems", Golden.YAML.valueToTree(desired.problems()));
    result.set("warnings", Golden.YAML.valueToTree(desired.warnings()));
    result.set("choice", Golden.YAML.valueToTree(desired.choice()));
    return Golden.YAML.writeValueAsString(result);
  }

  private static void write(Path folder, Map<String, String> files) throws IOException {
    try (Stream<Path> old = Files.list(folder)) {
      for (var file : old.filter(f -> f.getFileName().toString().startsWith("out-")).toList()) {
        Files.delete(file);
      }
    }
    for (var file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
  }
}
