package io.cloudstate.operator.reconcile;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of one resource, one for each type. When status changed last is kept from those
 * before as long as it does not change, whatever happens to the texts.
 */
final class Conditions {

  /** As the schemas allow. */
  private static final int LONGEST_MESSAGE = 4096;

  private final Map<String, Condition> before = new TreeMap<>();
  private final Map<String, Condition> now = new TreeMap<>();
  private final @Nullable Long generation;
  private final String time;

  Conditions(Collection<Condition> before, @Nullable Long generation, Instant time) {
    before.forEach(condition -> this.before.put(condition.getType(), condition));
    this.generation = generation;
    this.time = time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  void set(String type, boolean isTrue, String reason, String message) {
    var status = isTrue ? "True" : "False";
    var old = before.get(type);
    now.put(
        type,
        new ConditionBuilder()
            .withType(type)
            .withStatus(status)
            .withReason(reason)
            .withMessage(
                message.length() > LONGEST_MESSAGE
                    ? message.substring(0, LONGEST_MESSAGE)
                    : message)
            .withObservedGeneration(generation)
            .withLastTransitionTime(
                old != null && status.equals(old.getStatus()) ? old.getLastTransitionTime() : time)
            .build());
  }

  boolean isTrue(String type) {
    var condition = now.get(type);
    return condition != null && "True".equals(condition.getStatus());
  }

  Condition get(String type) {
    var condition = now.get(type);
    if (condition == null) {
      throw new IllegalStateException("condition " + type + " is not set");
    }
    return condition;
  }

  /** Those that are set, by type. */
  List<Condition> all() {
    return List.copyOf(now.values());
  }

  /** Those of the given ones that are about types of ours, by type; others have other writers. */
  static List<Condition> ofTypes(Collection<Condition> conditions, Collection<Condition> like) {
    var types = like.stream().map(Condition::getType).toList();
    return conditions.stream()
        .filter(condition -> types.contains(condition.getType()))
        .sorted(Comparator.comparing(Condition::getType))
        .toList();
  }
}
