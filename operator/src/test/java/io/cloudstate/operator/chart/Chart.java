package io.cloudstate.operator.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** The chart of the operator, and what Helm makes of it. */
final class Chart {

  static final Path FOLDER =
      Manifests.ROOT.resolve(Path.of("deploy", "helm", "cloudstate-operator"));
  static final String NAME = "cloudstate-operator";
  static final String NAMESPACE = "cloudstate-system";

  /** The oldest that the chart takes. */
  private static final String KUBERNETES = "1.27.0";

  private Chart() {}

  /** What would be installed with these values, in YAML. */
  static String text(String values) {
    return with(
        values,
        file ->
            new Helm(FOLDER)
                .template()
                .withName(NAME)
                .withNamespace(NAMESPACE)
                .withKubeVersion(KUBERNETES)
                .withValuesFile(file)
                .call());
  }

  static List<ObjectNode> objects(String values) {
    try {
      return Manifests.in(text(values));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With {@code --set} instead of a file. */
  static List<ObjectNode> objectsWith(List<String> settings) {
    var command =
        new Helm(FOLDER)
            .template()
            .withName(NAME)
            .withNamespace(NAMESPACE)
            .withKubeVersion(KUBERNETES);
    settings(settings, command::set);
    try {
      return Manifests.in(command.call());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Texts as of {@code --set}, each for a call of the library. */
  static void settings(List<String> settings, BiConsumer<String, Object> set) {
    for (var setting : settings) {
      var at = setting.indexOf('=');
      var key = setting.substring(0, at);
      var value = setting.substring(at + 1);
      if (value.startsWith("{")) { // a list, whose commas the library would take for text
        var items = value.substring(1, value.length() - 1).split(",");
        for (var i = 0; i < items.length; i++) {
          set.accept(key + "[" + i + "]", items[i]);
        }
      } else {
        set.accept(key, value);
      }
    }
  }

  /** What Helm prints after an installation. */
  static String notes(String values) {
    return with(
        values,
        file ->
            new Helm(FOLDER)
                .install()
                .withName(NAME)
                .withNamespace(NAMESPACE)
                .withKubeVersion(KUBERNETES)
                .clientOnly()
                .dryRun()
                .debug()
                .withValuesFile(file)
                .call()
                .getOutput());
  }

  /** Fails if the chart takes no cluster of that version. */
  static void forCluster(String version) {
    new Helm(FOLDER).template().withKubeVersion(version).call();
  }

  static LintResult lint() {
    return new Helm(FOLDER).lint().strict().call();
  }

  private static <T> T with(String values, Function<Path, T> use) {
    try {
      var file = Files.createTempFile("values", ".yaml");
      try {
        Files.writeString(file, values);
        return use.apply(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<ObjectNode> ofKind(List<ObjectNode> objects, String kind) {
    return objects.stream().filter(object -> object.get("kind").asText().equals(kind));
  }

  static JsonNode one(List<ObjectNode> objects, String kind, String name) {
    return ofKind(objects, kind)
        .filter(object -> object.at("/metadata/name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
  }
}
