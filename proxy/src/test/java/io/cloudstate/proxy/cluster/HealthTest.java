package io.cloudstate.proxy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.proxy.cluster.Health.Report;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HealthTest {

  private final AtomicReference<Optional<String>> link = new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<String>> store = new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<String>> member = new AtomicReference<>(Optional.empty());
  private final Health health =
      new Health(
          new LinkedHashMap<>(Map.<String, Health.Part>of("link", link::get, "store", store::get)),
          Map.of("membership", member::get));

  @Test
  void readyAndAliveWhenNothingIsWrong() {
    assertThat(health.ready().text()).isEqualTo("OK");
    assertThat(health.ready().parts())
        .containsOnly(Map.entry("link", "ok"), Map.entry("store", "ok"));
    assertThat(health.alive()).isEqualTo(new Report(true, Map.of("membership", "ok")));
  }

  @Test
  void everyPartThatIsWrongIsNamed() {
    // Given
    link.set(Optional.of("away"));
    // Then
    assertThat(health.ready().isHealthy()).isFalse();
    assertThat(health.ready().text()).isEqualTo("Not Healthy: link: away");
    store.set(Optional.of("full"));
    assertThat(health.ready().text()).contains("link: away").contains("store: full");
    assertThat(health.alive().isHealthy()).isTrue();
  }

  @Test
  void nodeThatCannotGoOnIsNotAlive() {
    member.set(Optional.of("thrown out"));
    assertThat(health.alive().text()).isEqualTo("Not Healthy: membership: thrown out");
  }

  @Test
  void nodeThatStopsIsNotReadyButAliveUntilItHasStopped() {
    // Given
    member.set(Optional.of("left"));
    // When
    health.stopping();
    // Then
    assertThat(health.ready().text()).isEqualTo("Not Healthy: proxy: stopping");
    assertThat(health.alive().isHealthy()).isTrue();
  }
}
