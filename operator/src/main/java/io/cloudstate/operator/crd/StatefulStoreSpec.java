package io.cloudstate.operator.crd;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a store is; {@code deploy/crds/statefulstores.yaml} tells each field. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StatefulStoreSpec(
    Boolean inMemory,
    @Nullable Postgres postgres,
    @Nullable Cassandra cassandra,
    @Nullable Spanner spanner) {

  public StatefulStoreSpec {
    inMemory = Given.or(inMemory, false);
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Postgres(
      @Nullable String host,
      @Nullable Integer port,
      @Nullable String schema,
      PostgresCredentials credentials,
      @Nullable PostgresBinding binding,
      @Nullable Ssl ssl,
      @Nullable Map<String, Object> googleCloudSql) {
    public Postgres {
      credentials = Given.or(credentials, new PostgresCredentials(null, null, null, null));
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PostgresCredentials(
      @Nullable LocalObjectReference secret,
      String usernameKey,
      String passwordKey,
      String databaseKey) {
    public PostgresCredentials(
        @Nullable LocalObjectReference secret,
        @Nullable String usernameKey,
        @Nullable String passwordKey,
        @Nullable String databaseKey) {
      this.secret = secret;
      this.usernameKey = Given.or(usernameKey, "username");
      this.passwordKey = Given.or(passwordKey, "password");
      this.databaseKey = Given.or(databaseKey, "database");
    }
  }

  /** A Secret that says all of a server, and the keys under which it does. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PostgresBinding(
      LocalObjectReference secret,
      String hostKey,
      String portKey,
      String databaseKey,
      String usernameKey,
      String passwordKey) {
    public PostgresBinding {
      hostKey = Given.or(hostKey, "host");
      portKey = Given.or(portKey, "port");
      databaseKey = Given.or(databaseKey, "dbname");
      usernameKey = Given.or(usernameKey, "username");
      passwordKey = Given.or(passwordKey, "password");
    }
  }

  /** How a connection is protected; all but the mode are keys of the secret. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Ssl(
      String mode,
      @Nullable LocalObjectReference secret,
      @Nullable String rootCert,
      @Nullable String cert,
      @Nullable String key,
      @Nullable String passwordKey) {
    public Ssl {
      mode = Given.or(mode, "disable");
    }

    /** Whether it names any key of a Secret. */
    @JsonIgnore
    public boolean isOfSecret() {
      return rootCert != null || cert != null || key != null || passwordKey != null;
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Cassandra(
      @Nullable String host, @Nullable Integer port, @Nullable CassandraCredentials credentials) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record CassandraCredentials(
      @Nullable LocalObjectReference secret,
      String usernameKey,
      String passwordKey,
      String keyspaceKey) {
    public CassandraCredentials {
      usernameKey = Given.or(usernameKey, "username");
      passwordKey = Given.or(passwordKey, "password");
      keyspaceKey = Given.or(keyspaceKey, "keyspace");
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Spanner(
      String project,
      String instance,
      @Nullable String database,
      @Nullable LocalObjectReference secret) {}
}
