package io.cloudstate.proxy.config;

import java.util.List;
import java.util.Optional;

/**
 * A key of the reference implementation that we renamed or do not have. Files written for it keep
 * working: such a key is no error, but it does nothing and its user is told.
 *
 * @param pattern a name below {@link Setting#ROOT}; one that ends in {@code .*} stands for all
 *     names below it
 * @param advice what to use instead, or that there is nothing
 */
record ReferenceKey(String pattern, String advice) {

  private static final String USE_STORE = "use `store`";
  private static final String NOTHING = "there is nothing in its place";

  private static final List<ReferenceKey> ALL =
      List.of(
          new ReferenceKey("ready-timeout", NOTHING),
          new ReferenceKey("proxy-parallelism", NOTHING),
          new ReferenceKey("eventsourced-entity.journal-enabled", USE_STORE),
          new ReferenceKey("eventsourced-entity.read-journal", USE_STORE),
          new ReferenceKey("eventsourced-entity.projection-support.*", NOTHING),
          new ReferenceKey("value-entity.persistence.*", USE_STORE),
          new ReferenceKey("telemetry.prometheus.use-default-registry", NOTHING),
          new ReferenceKey("autoscaler.*", NOTHING),
          new ReferenceKey("eventing.google-pubsub.*", NOTHING),
          new ReferenceKey("jdbc.create-tables-timeout", NOTHING),
          new ReferenceKey("postgres.profile", NOTHING),
          new ReferenceKey("postgres.driver", NOTHING),
          // of 0.5 and before
          new ReferenceKey("journal-enabled", USE_STORE),
          new ReferenceKey("passivation-timeout", "use `eventsourced-entity.passivation-timeout`"),
          new ReferenceKey("container-concurrency", NOTHING),
          new ReferenceKey("action-timeout", NOTHING),
          new ReferenceKey("action-timeout-poll-period", NOTHING),
          new ReferenceKey("stats.report-period", NOTHING));

  /** All of them; where two match a name, the first one counts. */
  static List<ReferenceKey> all() {
    return ALL;
  }

  /** The one that a name below the root stands for; to be asked only if it is not our own. */
  static Optional<ReferenceKey> matching(String name) {
    return ALL.stream().filter(key -> key.matches(name)).findFirst();
  }

  private boolean matches(String name) {
    return pattern.endsWith(".*")
        ? (name + ".").startsWith(pattern.substring(0, pattern.length() - 1))
        : name.equals(pattern);
  }
}
