package io.cloudstate.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.operator.crd.Schema;
import io.cloudstate.operator.crd.StatefulService;
import io.cloudstate.operator.crd.StatefulServiceStatus;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyImageTest {

  private static final Platform UPGRADED = new Platform("new", true);

  @ParameterizedTest
  @CsvSource({
    "Automatic, 1, a, new",
    "OnSpecChange, 1, a, old",
    "OnSpecChange, 5, a, old",
    "OnSpecChange, 1, b, new",
    "Pinned, 1, a, old",
    "Pinned, 1, b, old"
  })
  void newImagesOfTheOperatorComeAsThePolicySays(
      String policy, int replicas, String container, String expected) throws IOException {
    // Given
    var before = service(policy, 1, "a", null);
    var hash = ProxyImage.of(before, new Platform("old", true)).specHash();
    var service = service(policy, replicas, container, hash);
    // When
    var image = ProxyImage.of(service, UPGRADED);
    // Then
    assertThat(image.name()).isEqualTo(expected);
  }

  private static StatefulService service(
      String policy, int replicas, String container, @Nullable String hash) throws IOException {
    var service =
        Schema.YAML.readValue(
            "{metadata: {name: cart}, spec: {replicas: %d, containers: [{name: %s}], update: {proxyUpdatePolicy: %s}}}"
                .formatted(replicas, container, policy),
            StatefulService.class);
    if (hash != null) {
      service.setStatus(
          new StatefulServiceStatus(
              null, null, null, null, null, null, "old", hash, null, null, List.of()));
    }
    return service;
  }
}
