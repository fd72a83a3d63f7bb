package io.cloudstate.proxy.discovery;

import java.util.ArrayList;
import java.util.List;

/** Whether a function that came back with another spec can be served without a new start. */
final class Takeover {

  private Takeover() {}

  /**
   * Why {@code next} cannot take the place of {@code served} while entities of the latter run.
   * Services may come and go and their methods may change, but a service that stays has to keep its
   * state where it is.
   *
   * @return one text per reason; empty if nothing stands in the way
   */
  static List<String> obstacles(ServiceCatalog served, ServiceCatalog next) {
    var obstacles = new ArrayList<String>();
    for (var after : next.services()) {
      var before = served.service(after.name());
      if (before != null) {
        obstacles.addAll(obstacles(before, after));
      }
    }
    return obstacles;
  }

  private static List<String> obstacles(ServiceDefinition before, ServiceDefinition after) {
    var obstacles = new ArrayList<String>();
    if (before.type() != after.type()) {
      obstacles.add(
          changed(
              before,
              "entity type",
              after.type().protocolService(),
              before.type().protocolService()));
    }
    if (before.type().hasStoredState()
        && after.type().hasStoredState()
        && !before.persistenceId().equals(after.persistenceId())) {
      obstacles.add(
          changed(before, "persistence id", after.persistenceId(), before.persistenceId()));
    }
    return obstacles;
  }

  private static String changed(
      ServiceDefinition service, String what, String after, String before) {
    return ("Service [%s] is being served and has changed its %s to [%s] (expected: [%s], until the"
            + " proxy restarts)")
        .formatted(service.name(), what, after, before);
  }
}
