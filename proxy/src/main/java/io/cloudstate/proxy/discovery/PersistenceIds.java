package io.cloudstate.proxy.discovery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps the persistence ids of one function apart in storage, where an entity's state is found
 * under {@code <persistence id>|<entity id>}.
 */
final class PersistenceIds {

  /** What the storage's columns leave for it. */
  private static final int MAX_LENGTH = 200;

  private PersistenceIds() {}

  static List<String> mistakesOf(String service, String persistenceId) {
    if (persistenceId.isEmpty()) {
      return List.of(Mistakes.emptyPersistenceId(service));
    }
    return persistenceId.length() > MAX_LENGTH
        ? List.of(Mistakes.longPersistenceId(service, persistenceId.length(), MAX_LENGTH))
        : List.of();
  }

  /**
   * Ids that are equal, or could be once an entity id is joined to them.
   *
   * @param byService persistence ids of the services with stored state; empty ones are ignored
   */
  static List<String> conflicts(Map<String, String> byService) {
    var mistakes = new ArrayList<String>();
    var owners = new HashMap<String, String>();
    byService.forEach(
        (service, id) -> {
          var owner = id.isEmpty() ? null : owners.putIfAbsent(id, service);
          if (owner != null) {
            mistakes.add(Mistakes.samePersistenceId(service, owner, id));
          }
        });
    byService.forEach((service, id) -> mistakes.addAll(collisions(service, id, owners)));
    return mistakes;
  }

  private static List<String> collisions(String service, String id, Map<String, String> owners) {
    var mistakes = new ArrayList<String>();
    for (var bar = id.indexOf('|'); bar >= 0; bar = id.indexOf('|', bar + 1)) {
      var prefix = id.substring(0, bar);
      var owner = owners.get(prefix);
      if (owner != null) {
        mistakes.add(Mistakes.collidingPersistenceIds(service, id, owner, prefix));
      }
    }
    return mistakes;
  }
}
