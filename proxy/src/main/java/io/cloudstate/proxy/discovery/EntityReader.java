package io.cloudstate.proxy.discovery;

import io.cloudstate.protocol.EntityOuterClass.Entity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the entities of one spec, each for itself. */
final class EntityReader {

  /** What functions ask for beyond counts as never: in nanoseconds it would not fit into a long. */
  private static final Duration LONGEST_PASSIVATION = Duration.ofDays(36_500);

  private final Set<EntityType> supported;
  private final boolean journalEnabled;
  private final boolean isLegacy;
  private final UserFiles files;
  private final List<String> mistakes = new ArrayList<>();

  /**
   * @param isLegacy whether the function speaks protocol 0.1, which is the same as 0.2 for event
   *     sourced entities and something else for all others
   */
  EntityReader(
      Set<EntityType> supported, boolean journalEnabled, boolean isLegacy, UserFiles files) {
    this.supported = supported;
    this.journalEnabled = journalEnabled;
    this.isLegacy = isLegacy;
    this.files = files;
  }

  /** The service, or empty if something about it is a mistake. */
  Optional<ServiceDefinition> read(Entity entity) {
    var type = EntityType.of(entity.getEntityType());
    var mistakesBefore = mistakes.size();
    refusal(entity, type).ifPresent(mistakes::add);
    var service = files.service(entity.getServiceName());
    if (service.isEmpty() && !files.areIncomplete()) {
      mistakes.add(Mistakes.serviceNotFound(entity.getServiceName()));
    }
    if (type.isPresent() && type.get().hasStoredState()) {
      mistakes.addAll(
          PersistenceIds.mistakesOf(entity.getServiceName(), entity.getPersistenceId()));
    }
    var passivationTimeout = passivationTimeout(entity);
    if (type.isEmpty() || service.isEmpty()) {
      return Optional.empty();
    }
    var methods = new MethodReader(type.get(), service.get());
    mistakes.addAll(methods.mistakes());
    if (mistakes.size() > mistakesBefore) {
      return Optional.empty();
    }
    return Optional.of(
        new ServiceDefinition(
            service.get().getFullName(),
            type.get(),
            entity.getPersistenceId(),
            passivationTimeout,
            methods.methods()));
  }

  /** Of all entities read so far. */
  List<String> mistakes() {
    return List.copyOf(mistakes);
  }

  private Optional<String> refusal(Entity entity, Optional<EntityType> type) {
    var service = entity.getServiceName();
    var isEventSourced = type.equals(Optional.of(EntityType.EVENT_SOURCED));
    if (isLegacy && !isEventSourced) {
      return Optional.of(Mistakes.notInLegacy(service, entity.getEntityType()));
    }
    if (type.isPresent() && supported.contains(type.get())) {
      return Optional.empty();
    }
    return Optional.of(
        isEventSourced && !journalEnabled
            ? Mistakes.noJournal(service)
            : Mistakes.unsupportedType(service, entity.getEntityType(), supported));
  }

  private Optional<Duration> passivationTimeout(Entity entity) {
    if (!entity.getPassivationStrategy().hasTimeout()) {
      return Optional.empty();
    }
    var millis = entity.getPassivationStrategy().getTimeout().getTimeout();
    if (millis <= 0) {
      mistakes.add(Mistakes.passivationTimeout(entity.getServiceName(), millis));
    }
    return Optional.of(Duration.ofMillis(Math.min(millis, LONGEST_PASSIVATION.toMillis())));
  }
}
