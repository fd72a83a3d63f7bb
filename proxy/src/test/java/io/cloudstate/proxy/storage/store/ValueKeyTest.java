package io.cloudstate.proxy.storage.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ValueKeyTest {

  @Test
  void entityIdThatDoesNotFitIsRefusedBeforeItIsWritten() {
    assertThatThrownBy(() -> new ValueKey("carts", "x".repeat(256)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("entityId: 256 characters (expected: at most 255)");
  }

  @Test
  void persistenceIdThatDoesNotFitIsRefusedBeforeItIsWritten() {
    assertThatThrownBy(() -> new ValueKey("x".repeat(256), "a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("persistenceId: 256 characters (expected: at most 255)");
  }
}
