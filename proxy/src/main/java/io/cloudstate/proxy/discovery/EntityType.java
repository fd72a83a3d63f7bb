package io.cloudstate.proxy.discovery;

import java.util.Arrays;
import java.util.Optional;

/** The four ways to manage state, each with the protocol service that implements it. */
public enum EntityType {
  EVENT_SOURCED("cloudstate.eventsourced.EventSourced"),
  VALUE("cloudstate.valueentity.ValueEntity"),
  CRDT("cloudstate.crdt.Crdt"),
  ACTION("cloudstate.action.ActionProtocol");

  private final String protocolService;

  EntityType(String protocolService) {
    this.protocolService = protocolService;
  }

  /** Full name of the gRPC service of the protocol; the value of {@code Entity.entity_type}. */
  public String protocolService() {
    return protocolService;
  }

  /** Whether instances have state that is kept under the service's persistence id. */
  public boolean hasStoredState() {
    return this != ACTION;
  }

  public static Optional<EntityType> of(String protocolService) {
    return Arrays.stream(values())
        .filter(type -> type.protocolService.equals(protocolService))
        .findFirst();
  }
}
