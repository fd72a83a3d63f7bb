package io.cloudstate.operator.desired;

import io.cloudstate.operator.crd.StatefulServiceSpec.StoreConfig;
import io.cloudstate.operator.crd.StatefulStoreSpec;
import io.cloudstate.operator.crd.StatefulStoreSpec.Postgres;
import io.cloudstate.operator.crd.StatefulStoreSpec.Ssl;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the proxy gets at its store (operator.md 5): variables, files, and the Secrets they come
 * from, with the keys that have to be in them. Credentials are references, so no Secret is read;
 * the service's own Secret goes before the store's, whose key names count for both.
 */
record StoreAccess(
    List<EnvVar> environment,
    List<Volume> volumes,
    List<VolumeMount> mounts,
    Map<String, Set<String>> secrets) {

  private static final String CERTIFICATES = "/var/run/secrets/postgres";
  private static final String VOLUME = "cloudstate-postgres-ssl";

  static StoreAccess none() {
    return ofKind("none");
  }

  /** Access to a store that {@link Checks} has accepted. */
  static StoreAccess of(StoreConfig config, StatefulStoreSpec store) {
    var postgres = store.postgres();
    return postgres == null ? ofKind("in-memory") : postgres(config, postgres);
  }

  private static StoreAccess ofKind(String kind) {
    return new StoreAccess(
        List.of(Env.of("CLOUDSTATE_STORE", kind)), List.of(), List.of(), Map.of());
  }

  private static StoreAccess postgres(StoreConfig config, Postgres postgres) {
    var env = new ArrayList<EnvVar>();
    var secrets = new LinkedHashMap<String, Set<String>>();
    env.add(Env.of("CLOUDSTATE_STORE", "postgres"));
    addIfGiven(env, "POSTGRES_SERVICE", postgres.host());
    addIfGiven(env, "POSTGRES_PORT", postgres.port());
    addIfGiven(env, "POSTGRES_SCHEMA", postgres.schema());
    addIfGiven(env, "POSTGRES_DATABASE", config.database());
    var secret =
        nameOf(config.secret() == null ? postgres.credentials().secret() : config.secret());
    if (secret != null) {
      var keys = postgres.credentials();
      need(secrets, secret, keys.usernameKey(), keys.passwordKey());
      if (config.database() == null) {
        env.add(Env.ofOptionalSecret("POSTGRES_DATABASE", secret, keys.databaseKey()));
      }
      env.add(Env.ofSecret("POSTGRES_USERNAME", secret, keys.usernameKey()));
      env.add(Env.ofSecret("POSTGRES_PASSWORD", secret, keys.passwordKey()));
    }
    var ssl = postgres.ssl();
    if (ssl == null || ssl.mode().equals("disable")) {
      return new StoreAccess(List.copyOf(env), List.of(), List.of(), secrets);
    }
    return protectedBy(ssl, env, secrets);
  }

  private static StoreAccess protectedBy(
      Ssl ssl, List<EnvVar> env, Map<String, Set<String>> secrets) {
    env.add(Env.of("POSTGRES_SSL", "true"));
    env.add(Env.of("POSTGRES_SSL_MODE", ssl.mode()));
    var secret = nameOf(ssl.secret());
    if (secret == null) {
      return new StoreAccess(List.copyOf(env), List.of(), List.of(), secrets);
    }
    need(secrets, secret, ssl.rootCert(), ssl.cert(), ssl.key(), ssl.passwordKey());
    addIfGiven(env, "POSTGRES_SSL_ROOT_CERT", file(ssl.rootCert()));
    addIfGiven(env, "POSTGRES_SSL_CERT", file(ssl.cert()));
    addIfGiven(env, "POSTGRES_SSL_KEY", file(ssl.key()));
    if (ssl.passwordKey() != null) {
      env.add(Env.ofSecret("POSTGRES_SSL_PASSWORD", secret, ssl.passwordKey()));
    }
    var volume =
        new VolumeBuilder()
            .withName(VOLUME)
            .withNewSecret()
            .withSecretName(secret)
            .endSecret()
            .build();
    var mount =
        new VolumeMountBuilder()
            .withName(VOLUME)
            .withMountPath(CERTIFICATES)
            .withReadOnly(true)
            .build();
    return new StoreAccess(List.copyOf(env), List.of(volume), List.of(mount), secrets);
  }

  private static void need(
      Map<String, Set<String>> secrets, String secret, @Nullable String... keys) {
    var needed = secrets.computeIfAbsent(secret, name -> new LinkedHashSet<>());
    Arrays.stream(keys).filter(key -> key != null).forEach(needed::add);
  }

  private static @Nullable String file(@Nullable String key) {
    return key == null ? null : CERTIFICATES + "/" + key;
  }

  private static void addIfGiven(List<EnvVar> env, String name, @Nullable Object value) {
    if (value != null) {
      env.add(Env.of(name, value));
    }
  }

  private static @Nullable String nameOf(@Nullable LocalObjectReference reference) {
    return reference == null ? null : reference.getName();
  }
}
