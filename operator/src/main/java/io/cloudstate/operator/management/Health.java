package io.cloudstate.operator.management;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** Conditions by what is wrong where they do not hold. */
public final class Health {

  private final Map<String, BooleanSupplier> conditions;

  /** All must hold. */
  public Health(Map<String, BooleanSupplier> conditions) {
    this.conditions = new TreeMap<>(conditions);
  }

  /** What is wrong now. */
  List<String> problems() {
    return conditions.entrySet().stream()
        .filter(condition -> !condition.getValue().getAsBoolean())
        .map(Map.Entry::getKey)
        .toList();
  }
}
