package io.cloudstate.proxy.metrics;

import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.entity.EntityMetrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The families of all kinds of entities, and who records for which type of entity. */
final class EntityFamilies implements EntityMetrics.Source {

  private final EventSourcedFamilies eventSourced;
  private final ValueFamilies values;
  private final CrdtFamilies crdts;
  private final ActionFamilies actions;
  private final Map<Type, EntityMetrics> recorders = new ConcurrentHashMap<>();

  private record Type(EntityType kind, String name) {}

  EntityFamilies(Families families) {
    this.eventSourced = new EventSourcedFamilies(families);
    this.values = new ValueFamilies(families);
    this.crdts = new CrdtFamilies(families);
    this.actions = new ActionFamilies(families);
  }

  @Override
  public EntityMetrics of(ServiceDefinition service) {
    var id = service.persistenceId();
    return recorders.computeIfAbsent(
        new Type(service.type(), id.isEmpty() ? service.name() : id), this::recorder);
  }

  private EntityMetrics recorder(Type type) {
    return switch (type.kind()) {
      case EVENT_SOURCED -> new EventSourcedFamilies.Recorder(eventSourced, type.name());
      case VALUE -> new ValueFamilies.Recorder(values, type.name());
      case CRDT -> new CrdtFamilies.Recorder(crdts, type.name());
      case ACTION -> new ActionFamilies.Recorder(actions, type.name());
    };
  }
}
