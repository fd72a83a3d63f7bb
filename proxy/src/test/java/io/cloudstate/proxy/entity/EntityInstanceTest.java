package io.cloudstate.proxy.entity;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EntityInstanceTest {

  /** What is stored under it would be lost if it changed. */
  @Test
  void nameInTheJournalIsPersistenceIdBarEntityId() {
    var service =
        new ServiceDefinition(
            "shop.Cart", EntityType.EVENT_SOURCED, "carts", Optional.empty(), Map.of());
    assertThat(EntityInstance.key(service, "alice|1")).isEqualTo("carts|alice|1");
  }
}
