package io.cloudstate.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every pod, whatever the case, and for the proxy on the other side. */
class PodContractTest {

  private static final Path REPOSITORY = Path.of("..");

  /** Read by the virtual machine itself. */
  private static final String VIRTUAL_MACHINE = "JAVA_TOOL_OPTIONS";

  static Stream<Path> casesWithPods() throws IOException {
    return DesiredTest.cases().stream()
        .filter(folder -> Files.exists(folder.resolve("out-deployment.yaml")));
  }

  @ParameterizedTest
  @MethodSource("casesWithPods")
  void proxyReadsEachVariableThatItIsGiven(Path folder) throws IOException {
    // Given
    var known = variablesOfTheProxy();
    var given = DesiredTest.desired(folder);
    // When
    var names = ours(proxyOf(pod(given))).map(EnvVar::getName).toList();
    // Then
    assertThat(names).doesNotHaveDuplicates().isSubsetOf(known);
  }

  @ParameterizedTest
  @MethodSource("casesWithPods")
  void theCollectorIsTheProxysUnlessTheUserNamesOne(Path folder) throws IOException {
    // Given
    var ofTheProxy = Files.readAllLines(REPOSITORY.resolve("proxy/jvm.options"));
    var pod = pod(DesiredTest.desired(folder));
    // When
    var options =
        ours(proxyOf(pod))
            .filter(variable -> variable.getName().equals(VIRTUAL_MACHINE))
            .flatMap(variable -> Stream.of(variable.getValue().split(" ")))
            .filter(option -> option.matches("-XX:\\+Use\\w+GC"))
            .toList();
    // Then
    assertThat(options).hasSize(1);
    if (!folder.endsWith("everything")) {
      assertThat(ofTheProxy).containsAll(options);
    }
  }

  @ParameterizedTest
  @MethodSource("casesWithPods")
  void usersCannotSetWhatTheOperatorSets(Path folder) throws IOException {
    // Given
    var desired = DesiredTest.desired(folder);
    // When, Then
    assertThat(ours(proxyOf(pod(desired))))
        .allMatch(variable -> ProxyContainer.isOwnVariable(variable.getName()));
  }

  @ParameterizedTest
  @MethodSource("casesWithPods")
  void startUpNeedsNeitherClusterNorFunctionAndTheProxyLeavesFirst(Path folder) throws IOException {
    // Given
    var pod = pod(DesiredTest.desired(folder));
    // When
    var proxy = proxyOf(pod);
    // Then
    assertThat(proxy.getStartupProbe().getHttpGet().getPath()).isEqualTo("/alive");
    assertThat(proxy.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/alive");
    assertThat(proxy.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/ready");
    assertThat(pod.getContainers().get(0).getLifecycle().getPreStop()).isNotNull();
    assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThanOrEqualTo(30);
    if ("Always".equals(proxy.getRestartPolicy())) {
      assertThat(pod.getInitContainers()).last().isEqualTo(proxy);
    }
  }

  @ParameterizedTest
  @CsvSource({"0,1", "1,1", "2,2", "3,2", "4,3", "5,3", "6,3", "100,3"})
  void moreThanHalfHaveToFindEachOtherUpToFive(int replicas, int expected) {
    assertThat(new Size(replicas, replicas, replicas).requiredContactPoints()).isEqualTo(expected);
  }

  @Test
  void settingsAreTextsWhateverTheyHold() {
    // Given
    var config = java.util.Map.of("a.b", "x\"\n${PATH}", "a", "1");
    // When, Then
    assertThat(ProxyContainer.configFile(config))
        .isEqualTo("a = \"1\"\na.b = \"x\\\"\\n${PATH}\"\n");
  }

  private static PodSpec pod(Desired desired) {
    return desired.objects().stream()
        .filter(Deployment.class::isInstance)
        .map(Deployment.class::cast)
        .findFirst()
        .orElseThrow()
        .getSpec()
        .getTemplate()
        .getSpec();
  }

  private static Container proxyOf(PodSpec pod) {
    return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
        .filter(container -> container.getName().equals(ProxyContainer.NAME))
        .findFirst()
        .orElseThrow();
  }

  /** The user's own variables of the cases begin with OWN_. */
  private static Stream<EnvVar> ours(Container proxy) {
    return proxy.getEnv().stream().filter(variable -> !variable.getName().startsWith("OWN_"));
  }

  private static Set<String> variablesOfTheProxy() throws IOException {
    var page = Files.readString(REPOSITORY.resolve("docs/reference/configuration.md"));
    var logging = Files.readString(REPOSITORY.resolve("proxy/src/main/resources/logback.xml"));
    var names = new HashSet<>(all("(?m)^\\| `[^`]+` \\| `[^`]*` \\| `([A-Z0-9_]+)` \\|", page));
    assertThat(names).contains("HTTP_PORT", "POSTGRES_SSL_MODE");
    names.addAll(all("\\$\\{([A-Z_]+)", logging));
    names.add(VIRTUAL_MACHINE);
    return names;
  }

  private static Set<String> all(String regex, String text) {
    var found = new HashSet<String>();
    Pattern.compile(regex).matcher(text).results().forEach(result -> found.add(result.group(1)));
    return found;
  }
}
