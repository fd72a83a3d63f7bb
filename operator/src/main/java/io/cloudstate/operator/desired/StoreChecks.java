package io.cloudstate.operator.desired;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.cloudstate.operator.crd.StatefulServiceSpec.StoreConfig;
import io.cloudstate.operator.crd.StatefulStore;
import io.cloudstate.operator.crd.StatefulStoreSpec;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Why a store cannot be used, whichever service asks for it. */
public final class StoreChecks {

  private final String name;
  private final List<Problem> problems = new ArrayList<>();

  private StoreChecks(String name) {
    this.name = name;
  }

  /** Of a store as it is used by a service that has no secret of its own. */
  public static List<Problem> of(StatefulStore store, References references) {
    var name = store.getMetadata().getName();
    var ofKind = ofKind(name, store.getSpec());
    var config = new StoreConfig(new LocalObjectReference(name), null, null);
    return ofKind.isEmpty()
        ? ofSecrets(StoreAccess.of(config, store.getSpec()), references)
        : ofKind;
  }

  static List<Problem> ofKind(String name, StatefulStoreSpec store) {
    var checks = new StoreChecks(name);
    checks.checkKind(store);
    return List.copyOf(checks.problems);
  }

  private void checkKind(StatefulStoreSpec store) {
    var kinds =
        Stream.of(
                store.postgres(),
                store.cassandra(),
                store.spanner(),
                store.inMemory() ? true : null)
            .filter(kind -> kind != null)
            .count();
    if (kinds != 1) {
      add(
          "BadStore",
          "StatefulStore %s is of %d kinds (expected: exactly one of inMemory, postgres, cassandra and spanner)",
          name,
          kinds);
    } else if (store.cassandra() != null || store.spanner() != null) {
      add(
          "StoreNotSupported",
          "StatefulStore %s: the proxy has no access to %s (expected: postgres or inMemory)",
          name,
          store.cassandra() != null ? "cassandra" : "spanner");
    } else if (store.postgres() != null) {
      checkPostgres(store.postgres());
    }
  }

  private void checkPostgres(StatefulStoreSpec.Postgres postgres) {
    if (postgres.googleCloudSql() != null) {
      add(
          "StoreNotSupported",
          "StatefulStore %s: postgres.googleCloudSql is not supported (expected: postgres.host of an existing server)",
          name);
    } else if (postgres.host() == null && postgres.binding() == null) {
      add(
          "BadStore",
          "StatefulStore %s: postgres.host is missing (expected: a host name, or postgres.binding)",
          name);
    } else if (postgres.binding() != null && isNamed(postgres)) {
      add(
          "BadStore",
          "StatefulStore %s: postgres.binding goes with none of host, port and credentials.secret (expected: either binding or those)",
          name);
    } else if (postgres.ssl() != null && postgres.ssl().mode().equals("allow")) {
      add(
          "StoreNotSupported",
          "StatefulStore %s: postgres.ssl.mode: allow (expected: disable, prefer, require, verify-ca or verify-full)",
          name);
    }
  }

  private static boolean isNamed(StatefulStoreSpec.Postgres postgres) {
    return postgres.host() != null
        || postgres.port() != null
        || postgres.credentials().secret() != null;
  }

  /** Nothing where Secrets may not be looked at. */
  static List<Problem> ofSecrets(StoreAccess access, References references) {
    var versions = references.secretVersions();
    if (versions == null) {
      return List.of();
    }
    var checks = new StoreChecks("");
    access
        .secrets()
        .forEach(
            (secret, keys) -> {
              if (!versions.containsKey(secret)) {
                checks.add(
                    "SecretNotFound",
                    "Secret %s does not exist (expected: in the same namespace)",
                    secret);
              } else {
                checks.checkKeys(secret, keys, references.secretKeys().getOrDefault(secret, keys));
              }
            });
    return List.copyOf(checks.problems);
  }

  private void checkKeys(String secret, Set<String> expected, Set<String> actual) {
    expected.stream()
        .filter(key -> !actual.contains(key))
        .forEach(
            key ->
                add(
                    "SecretKeyMissing",
                    "Secret %s has no key %s (expected: %s)",
                    secret,
                    key,
                    String.join(", ", expected)));
  }

  @FormatMethod
  private void add(String reason, @FormatString String message, Object... values) {
    problems.add(Problem.store(reason, message.formatted(values)));
  }
}
