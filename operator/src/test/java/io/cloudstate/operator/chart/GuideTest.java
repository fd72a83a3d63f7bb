package io.cloudstate.operator.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudstate.operator.crd.StatefulStore;
import io.cloudstate.operator.desired.Desired;
import io.cloudstate.operator.desired.Injection;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tries what the guide tells to do, as far as that goes without a cluster. */
class GuideTest {

  static final Path PAGE = Manifests.ROOT.resolve(Path.of("docs", "guides", "kubernetes.md"));

  private static final Pattern BLOCK = Pattern.compile("```(\\w*)\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  /** Options that have no bearing on whether a command can work. */
  private static final Set<String> IDLE_OPTIONS =
      Set.of("--timeout", "--output", "--create-namespace", "--server-side");

  private static final Map<String, String> KINDS =
      Map.of(
          "statefulservice", "StatefulService",
          "statefulservices", "StatefulService",
          "service", "Service",
          "deployment", "Deployment");

  record Block(String language, String text) {}

  static List<Block> blocks() throws IOException {
    return BLOCK
        .matcher(Files.readString(PAGE))
        .results()
        .map(found -> new Block(found.group(1), found.group(2)))
        .toList();
  }

  private static List<Block> blocks(String language) throws IOException {
    return blocks().stream().filter(block -> block.language().equals(language)).toList();
  }

  static Stream<String> manifests() throws IOException {
    return blocks("yaml").stream().map(Block::text);
  }

  static Stream<String> commands() throws IOException {
    return blocks("sh").stream().flatMap(block -> block.text().lines());
  }

  @Test
  void everyBlockIsTried() throws IOException {
    assertThat(blocks()).extracting(Block::language).containsOnly("yaml", "sh");
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void everyManifestIsTakenByApiServerAndOperator(String text) throws IOException {
    // Given
    var objects = Manifests.in(text);
    assertThat(objects).isNotEmpty();
    // When
    objects.forEach(Resources::accept);
    // Then
    var services = Chart.ofKind(objects, "StatefulService").toList();
    for (var service : services) {
      var desired = Resources.desired(withStores(service));
      assertThat(desired).flatExtracting(Desired::problems).isEmpty();
    }
  }

  @Test
  void podsOfOnesOwnGetTheProxy() throws IOException {
    // Given
    var objects = new ArrayList<ObjectNode>();
    for (var text : manifests().toList()) {
      objects.addAll(Manifests.in(text));
    }
    var deployments = Chart.ofKind(objects, "Deployment").toList();
    assertThat(deployments).isNotEmpty();
    for (var object : deployments) {
      var template = Manifests.strictly(object, Deployment.class).getSpec().getTemplate();
      var pod = new Pod("v1", "Pod", template.getMetadata(), template.getSpec(), null);
      var store =
          Manifests.strictly(
              Chart.one(objects, "StatefulStore", Injection.storeOf(pod).orElseThrow()),
              StatefulStore.class);
      // When
      var injection = Injection.of(pod, store, false, Resources.PLATFORM);
      // Then
      assertThat(Injection.isWanted(pod)).isTrue();
      assertThat(injection.problems()).isEmpty();
      assertThat(injection.warnings()).isEmpty();
      assertThat(Chart.one(objects, "Service", Injection.serviceOf(pod)).at("/spec/selector"))
          .isEqualTo(object.at("/spec/selector/matchLabels"));
    }
  }

  /** A service with the stores of the page, and the Secrets that it tells to make. */
  private static List<ObjectNode> withStores(ObjectNode service) throws IOException {
    var all = new ArrayList<ObjectNode>();
    all.add(service);
    for (var text : manifests().toList()) {
      Chart.ofKind(Manifests.in(text), "StatefulStore").forEach(all::add);
    }
    all.addAll(
        Manifests.in(
            """
            {apiVersion: v1, kind: Secret, metadata: {name: carts-db}}
            ---
            {apiVersion: v1, kind: Secret, metadata: {name: carts-db-ca}}
            """));
    all.forEach(Resources::accept);
    return all;
  }

  @Test
  void imagesAreOfTheVersionThatIsBuilt() throws IOException {
    var version = ChartTest.projectVersion();
    assertThat(
            Pattern.compile("localhost/cloudstate-[a-z-]+:\\S+")
                .matcher(Files.readString(PAGE))
                .results()
                .map(found -> found.group()))
        .isNotEmpty()
        .allMatch(image -> image.endsWith(":" + version));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandCanWork(String command) throws IOException {
    var words = words(command);
    switch (words.get(0)) {
      case "helm" -> helm(words);
      case "kubectl" -> kubectl(withoutOptions(words));
      case "curl" ->
          assertThat(Files.readString(Manifests.ROOT.resolve("README.md")))
              .contains("$ " + command + "\n");
      case "kind" -> kind(words);
      case "./mvnw" -> maven(words);
      default -> throw new AssertionError("no way to try: " + command);
    }
  }

  static List<String> words(String command) {
    return WORD.matcher(command)
        .results()
        .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
        .toList();
  }

  static List<String> settingsOf(List<String> helm) {
    var settings = new ArrayList<String>();
    for (var i = 0; i < helm.size(); i++) {
      if (helm.get(i).equals("--set")) {
        settings.add(helm.get(i + 1));
      }
    }
    return settings;
  }

  private static void helm(List<String> words) {
    assertThat(words.get(2)).isEqualTo(Chart.NAME);
    assertThat(words).containsSequence("--namespace", Chart.NAMESPACE);
    switch (words.get(1)) {
      case "install", "upgrade" -> {
        assertThat(Manifests.ROOT.resolve(words.get(3)).normalize())
            .isEqualTo(Chart.FOLDER.normalize());
        var settings = settingsOf(words);
        assertThat(words)
            .as("options that are tried")
            .filteredOn(word -> word.startsWith("--"))
            .isSubsetOf("--set", "--namespace", "--create-namespace", "--reset-then-reuse-values");
        var objects = Chart.objectsWith(settings);
        objects.forEach(Manifests::strictly);
        if (!settings.isEmpty()) {
          assertThat(objects).as(settings.toString()).isNotEqualTo(Chart.objects("{}"));
        }
      }
      case "uninstall" -> assertThat(words).hasSize(5);
      default -> throw new AssertionError("no way to try: " + words);
    }
  }

  private static List<String> withoutOptions(List<String> words) {
    var rest = new ArrayList<String>();
    for (var i = 0; i < words.size(); i++) {
      var word = words.get(i);
      if (word.equals("--namespace")) {
        assertThat(words.get(++i)).isEqualTo(Chart.NAMESPACE);
      } else if (word.equals("--output")) {
        i++;
      } else if (!IDLE_OPTIONS.contains(word.replaceFirst("=.*", ""))) {
        rest.add(word);
      }
    }
    return rest;
  }

  private static void kubectl(List<String> words) throws IOException {
    switch (words.get(1)) {
      case "apply" -> {
        assertThat(words.get(2)).isEqualTo("-f");
        var objects = Manifests.in(Manifests.ROOT.resolve(words.get(3)));
        assertThat(objects).isNotEmpty();
        objects.forEach(Resources::accept);
      }
      case "create" -> secret(words);
      case "rollout" -> {
        assertThat(words.get(2)).isEqualTo("status");
        exists(words.get(3));
      }
      case "wait" -> {
        assertThat(words.get(2)).isEqualTo("--for=condition=Ready");
        exists(words.get(3));
      }
      case "scale" -> {
        exists(words.get(2));
        assertThat(words.get(3)).matches("--replicas=[0-9]+");
      }
      case "get" -> assertThat(KINDS).containsKey(words.get(2));
      case "describe", "delete" -> exists(words.get(2) + "/" + words.get(3));
      case "port-forward" -> {
        exists(words.get(2));
        assertThat(words.get(3)).isEqualTo("9000:80");
      }
      case "logs" -> {
        exists(words.get(2));
        assertThat(words.subList(3, words.size()))
            .isIn(List.of(), List.of("--container", "cloudstate-sidecar"));
      }
      default -> throw new AssertionError("no way to try: " + words);
    }
  }

  /** One of the chart's objects, of the samples', or of those that the operator makes of them. */
  private static void exists(String resource) throws IOException {
    var kind = KINDS.get(resource.substring(0, resource.indexOf('/')));
    var name = resource.substring(resource.indexOf('/') + 1);
    var known = new TreeSet<String>();
    Chart.objects("{}").forEach(object -> known.add(id(object)));
    for (var sample : SamplesTest.samples()) {
      var objects = Manifests.in(sample);
      objects.forEach(Resources::accept);
      objects.forEach(object -> known.add(id(object)));
      Resources.desired(objects).stream()
          .flatMap(desired -> desired.objects().stream())
          .forEach(object -> known.add(object.getKind() + "/" + object.getMetadata().getName()));
    }
    assertThat(known).contains(kind + "/" + name);
  }

  private static String id(ObjectNode object) {
    return object.get("kind").asText() + "/" + object.at("/metadata/name").asText();
  }

  /** A Secret with the keys that the page's store reads. */
  private static void secret(List<String> words) throws IOException {
    assertThat(words.subList(2, 4)).containsExactly("secret", "generic");
    var stores = new ArrayList<ObjectNode>();
    for (var text : manifests().toList()) {
      Chart.ofKind(Manifests.in(text), "StatefulStore").forEach(stores::add);
    }
    stores.forEach(Resources::accept);
    var credentials =
        stores.stream()
            .map(store -> store.at("/spec/postgres/credentials"))
            .filter(given -> given.at("/secret/name").asText().equals(words.get(4)))
            .findFirst()
            .orElseThrow();
    assertThat(words.subList(5, words.size()))
        .extracting(word -> word.replaceFirst("=[^=]*$", ""))
        .containsExactlyInAnyOrder(
            "--from-literal=" + credentials.get("usernameKey").asText(),
            "--from-literal=" + credentials.get("passwordKey").asText(),
            "--from-literal=" + credentials.get("databaseKey").asText());
  }

  /** The file that a module with the profile makes. */
  private static void kind(List<String> words) throws IOException {
    assertThat(words.subList(1, 3)).containsExactly("load", "image-archive");
    var module = words.get(3).substring(0, words.get(3).indexOf("/target/"));
    var pom = Files.readString(Manifests.ROOT.resolve(module).resolve("pom.xml"));
    var parent = pom.indexOf("</parent>");
    var from = pom.indexOf("<artifactId>", parent) + "<artifactId>".length();
    var artifact = pom.substring(from, pom.indexOf("<", from));
    assertThat(pom).contains("<id>image</id>");
    assertThat(words.get(3)).isEqualTo(module + "/target/" + artifact + "-image.tar");
  }

  private static void maven(List<String> words) throws IOException {
    var pom = Files.readString(Manifests.ROOT.resolve("pom.xml"));
    assertThat(words).startsWith("./mvnw", "-Pimage", "-DskipTests", "package");
    assertThat(words.subList(4, words.size()))
        .allSatisfy(
            word -> {
              var property = word.substring("-D".length(), word.indexOf('='));
              assertThat(pom).contains("<" + property + ">", "${" + property + "}");
            });
  }

  @Test
  void everyReasonOfAProblemIsToldWithTheWayOut() throws IOException {
    // Given
    var reasons = new TreeSet<String>();
    try (var results = Files.walk(Path.of("src", "test", "resources", "desired"))) {
      for (var result : results.filter(file -> file.endsWith("out-result.yaml")).toList()) {
        Manifests.in(result)
            .get(0)
            .get("problems")
            .findValuesAsText("reason")
            .forEach(reasons::add);
      }
    }
    // When
    var page = Files.readString(PAGE);
    // Then
    assertThat(reasons).hasSizeGreaterThan(5).allMatch(reason -> page.contains("`" + reason + "`"));
  }
}
