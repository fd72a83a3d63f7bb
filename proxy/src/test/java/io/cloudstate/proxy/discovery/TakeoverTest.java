package io.cloudstate.proxy.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TakeoverTest {

  private static final ServiceDefinition CART = service("Cart", EntityType.EVENT_SOURCED, "cart");

  @Test
  void servicesMayComeAndGo() {
    var other = service("Other", EntityType.CRDT, "other");
    assertThat(Takeover.obstacles(catalog(CART), catalog(CART, other))).isEmpty();
    assertThat(Takeover.obstacles(catalog(CART, other), catalog(CART))).isEmpty();
  }

  @Test
  void aServedServiceKeepsItsEntityType() {
    var asValue = service("Cart", EntityType.VALUE, "cart");
    assertThat(Takeover.obstacles(catalog(CART), catalog(asValue)))
        .containsExactly(
            "Service [Cart] is being served and has changed its entity type to"
                + " [cloudstate.valueentity.ValueEntity] (expected:"
                + " [cloudstate.eventsourced.EventSourced], until the proxy restarts)");
  }

  @Test
  void aServedServiceKeepsItsPersistenceId() {
    var moved = service("Cart", EntityType.EVENT_SOURCED, "cart2");
    assertThat(Takeover.obstacles(catalog(CART), catalog(moved)))
        .containsExactly(
            "Service [Cart] is being served and has changed its persistence id to [cart2]"
                + " (expected: [cart], until the proxy restarts)");
  }

  @Test
  void anActionsPersistenceIdMeansNothing() {
    var before = service("Do", EntityType.ACTION, "");
    var after = service("Do", EntityType.ACTION, "do");
    assertThat(Takeover.obstacles(catalog(before), catalog(after))).isEmpty();
  }

  private static ServiceCatalog catalog(ServiceDefinition... services) {
    return new ServiceCatalog(List.of(services), List.of());
  }

  private static ServiceDefinition service(String name, EntityType type, String persistenceId) {
    return new ServiceDefinition(name, type, persistenceId, Optional.empty(), Map.of());
  }
}
