package io.cloudstate.operator.desired;

import io.cloudstate.operator.crd.StatefulServiceSpec.StoreConfig;
import io.cloudstate.operator.crd.StatefulStoreSpec.Postgres;
import io.cloudstate.operator.crd.StatefulStoreSpec.PostgresBinding;
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
 * Collects how the proxy gets at a PostgreSQL server: at one that the store names, with credentials
 * of a Secret, or at one of which a Secret says all (operator.md 15.3). For one use.
 */
final class PostgresAccess {

  private static final String CERTIFICATES = "/var/run/secrets/postgres";
  private static final String VOLUME = "cloudstate-postgres-ssl";

  private final StoreConfig config;
  private final Postgres postgres;
  private final List<EnvVar> env = new ArrayList<>();
  private final List<Volume> volumes = new ArrayList<>();
  private final List<VolumeMount> mounts = new ArrayList<>();
  private final Map<String, Set<String>> secrets = new LinkedHashMap<>();

  private PostgresAccess(StoreConfig config, Postgres postgres) {
    this.config = config;
    this.postgres = postgres;
  }

  static StoreAccess of(StoreConfig config, Postgres postgres) {
    var access = new PostgresAccess(config, postgres);
    access.add("CLOUDSTATE_STORE", "postgres");
    if (postgres.binding() == null) {
      access.addNamed();
    } else {
      access.addBound(postgres.binding());
    }
    access.addProtection();
    return new StoreAccess(
        List.copyOf(access.env),
        List.copyOf(access.volumes),
        List.copyOf(access.mounts),
        access.secrets);
  }

  private void addNamed() {
    add("POSTGRES_SERVICE", postgres.host());
    add("POSTGRES_PORT", postgres.port());
    add("POSTGRES_SCHEMA", postgres.schema());
    add("POSTGRES_DATABASE", config.database());
    var keys = postgres.credentials();
    var secret = nameOf(config.secret() == null ? keys.secret() : config.secret());
    if (secret == null) {
      return;
    }
    if (config.database() == null) {
      env.add(Env.ofOptionalSecret("POSTGRES_DATABASE", secret, keys.databaseKey()));
    }
    addUser(secret, keys.usernameKey(), keys.passwordKey());
  }

  private void addBound(PostgresBinding binding) {
    var secret = binding.secret().getName();
    need(secret, binding.hostKey());
    env.add(Env.ofSecret("POSTGRES_SERVICE", secret, binding.hostKey()));
    env.add(Env.ofOptionalSecret("POSTGRES_PORT", secret, binding.portKey()));
    add("POSTGRES_SCHEMA", postgres.schema());
    add("POSTGRES_DATABASE", config.database());
    if (config.database() == null) {
      need(secret, binding.databaseKey());
      env.add(Env.ofSecret("POSTGRES_DATABASE", secret, binding.databaseKey()));
    }
    addUser(
        config.secret() == null ? secret : config.secret().getName(),
        binding.usernameKey(),
        binding.passwordKey());
  }

  private void addUser(String secret, String usernameKey, String passwordKey) {
    need(secret, usernameKey, passwordKey);
    env.add(Env.ofSecret("POSTGRES_USERNAME", secret, usernameKey));
    env.add(Env.ofSecret("POSTGRES_PASSWORD", secret, passwordKey));
  }

  private void addProtection() {
    var ssl = postgres.ssl();
    if (ssl == null || ssl.mode().equals("disable")) {
      return;
    }
    add("POSTGRES_SSL", "true");
    add("POSTGRES_SSL_MODE", ssl.mode());
    var secret = secretOf(ssl);
    if (secret != null) {
      addCertificates(ssl, secret);
    }
  }

  /** That of the binding, if it is to hold something and there is no other. */
  private @Nullable String secretOf(Ssl ssl) {
    var binding = postgres.binding();
    return ssl.secret() == null && binding != null && ssl.isOfSecret()
        ? binding.secret().getName()
        : nameOf(ssl.secret());
  }

  private void addCertificates(Ssl ssl, String secret) {
    need(secret, ssl.rootCert(), ssl.cert(), ssl.key(), ssl.passwordKey());
    add("POSTGRES_SSL_ROOT_CERT", file(ssl.rootCert()));
    add("POSTGRES_SSL_CERT", file(ssl.cert()));
    add("POSTGRES_SSL_KEY", file(ssl.key()));
    if (ssl.passwordKey() != null) {
      env.add(Env.ofSecret("POSTGRES_SSL_PASSWORD", secret, ssl.passwordKey()));
    }
    volumes.add(
        new VolumeBuilder()
            .withName(VOLUME)
            .withNewSecret()
            .withSecretName(secret)
            .endSecret()
            .build());
    mounts.add(
        new VolumeMountBuilder()
            .withName(VOLUME)
            .withMountPath(CERTIFICATES)
            .withReadOnly(true)
            .build());
  }

  private void need(String secret, @Nullable String... keys) {
    var needed = secrets.computeIfAbsent(secret, name -> new LinkedHashSet<>());
    Arrays.stream(keys).filter(key -> key != null).forEach(needed::add);
  }

  private static @Nullable String file(@Nullable String key) {
    return key == null ? null : CERTIFICATES + "/" + key;
  }

  private void add(String name, @Nullable Object value) {
    if (value != null) {
      env.add(Env.of(name, value));
    }
  }

  private static @Nullable String nameOf(@Nullable LocalObjectReference reference) {
    return reference == null ? null : reference.getName();
  }
}
