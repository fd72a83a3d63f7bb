package io.cloudstate.proxy.storage.jdbc;

import static io.cloudstate.proxy.config.ProxySettings.SslMode.VERIFY_CA;
import static io.cloudstate.proxy.config.ProxySettings.SslMode.VERIFY_FULL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.config.ProxySettings.Postgres;
import io.cloudstate.proxy.config.ProxySettings.PostgresSsl;
import io.cloudstate.proxy.config.ProxySettings.SslMode;
import io.cloudstate.proxy.storage.StoreClient;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import io.cloudstate.proxy.storage.journal.StoreHealth;
import io.cloudstate.proxy.testing.PostgresServer;
import io.cloudstate.proxy.testing.TestEventLoops;
import io.cloudstate.proxy.testing.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How what writes to PostgreSQL logs in there: it has a driver of its own. */
@Timeout(60)
class PostgresWritersTest {

  private static final String KEY_PASSWORD = "not-secret";

  private static Path directory;
  private static PostgresServer server;
  private static TlsFiles serverFiles;
  private static TlsFiles clientFiles;

  private final Availability availability =
      new Availability(
          () -> CompletableFuture.completedFuture(null), new StoreHealth(System::nanoTime));

  @BeforeAll
  static void startServer(@TempDir Path temporary) throws IOException {
    directory = temporary;
    serverFiles = TlsFiles.in(directory, "server", "localhost");
    clientFiles = TlsFiles.in(directory, "client", "certified");
    Files.setPosixFilePermissions(serverFiles.key(), PosixFilePermissions.fromString("rw-------"));
    server = PostgresServer.start(directory.resolve("data"));
    Files.writeString(
        directory.resolve("data/pg_hba.conf"),
        """
        local all all trust
        host all postgres all trust
        hostssl all tls all scram-sha-256
        hostssl all certified all cert
        host all plain all scram-sha-256
        """);
    server.execute(
        "CREATE USER tls SUPERUSER PASSWORD 'secret'",
        "CREATE USER plain SUPERUSER PASSWORD 'secret'",
        "CREATE USER certified SUPERUSER",
        set("ssl_ca_file", clientFiles.certificate()),
        "ALTER SYSTEM SET ssl = on");
    serve(serverFiles);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @AfterEach
  void close() {
    availability.close();
  }

  @Test
  void logInWithAPassword() {
    check(user("plain", PostgresSsl.OFF));
  }

  @Test
  void tellWhyTheyCannotLogIn() {
    var stranger =
        new Postgres("localhost", server.port(), "postgres", "plain", "wrong", "", PostgresSsl.OFF);
    assertThatThrownBy(() -> check(stranger))
        .isInstanceOf(StorageUnavailable.class)
        .hasMessage(
            "PostgreSQL localhost:%d/postgres: FATAL: password authentication failed for user"
                + " \"plain\"",
            server.port());
  }

  @Test
  void cannotUseAServerThatIsNotThere() {
    var gone = new Postgres("localhost", 1, "postgres", "plain", "secret", "", PostgresSsl.OFF);
    assertThatThrownBy(() -> check(gone))
        .isInstanceOf(StorageUnavailable.class)
        .hasMessageContaining("Connection refused");
  }

  @ParameterizedTest
  @EnumSource(names = "DISABLE", mode = EnumSource.Mode.EXCLUDE)
  void speakTlsAsTheOtherConnectionsDo(SslMode mode) throws SQLException {
    var store =
        new StoreClient(
            TestStores.open(TestStores.dialect(user("tls", tls(mode, serverFiles.certificate())))));
    try {
      AppendLoad.appendOnce(store, "tls-" + mode);
      assertThat(store.allEvents("tls-" + mode)).hasSize(1);
      assertThat(plainConnectionsOf("tls")).isZero();
    } finally {
      store.close();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"VERIFY_CA", "VERIFY_FULL"})
  void refuseAServerWithACertificateOfSomebodyElse(SslMode mode) throws IOException {
    var other = TlsFiles.in(directory, "other", "localhost");
    assertThatThrownBy(() -> check(user("tls", tls(mode, other.certificate()))))
        .isInstanceOf(StorageUnavailable.class)
        .hasMessageContaining("SSL handshake failed");
  }

  @Test
  void lookAtTheServersNameIfTheyAreTold() throws IOException {
    var elsewhere = TlsFiles.in(directory, "elsewhere", "elsewhere.example.com");
    Files.setPosixFilePermissions(elsewhere.key(), PosixFilePermissions.fromString("rw-------"));
    serve(elsewhere);
    try {
      await().untilAsserted(() -> check(user("tls", tls(VERIFY_CA, elsewhere.certificate()))));
      assertThatThrownBy(() -> check(user("tls", tls(VERIFY_FULL, elsewhere.certificate()))))
          .isInstanceOf(StorageUnavailable.class)
          .hasMessageContaining("SSL handshake failed");
    } finally {
      serve(serverFiles);
      await().untilAsserted(() -> check(user("tls", tls(VERIFY_FULL, serverFiles.certificate()))));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"client.pk8", "client.p12"})
  void showACertificateOfTheirOwn(String key) throws IOException, GeneralSecurityException {
    var file = directory.resolve(key);
    if (key.endsWith(".pk8")) {
      Files.write(file, clientFiles.pair().privateKey().getEncoded());
    } else {
      writeKeyStore(file);
    }
    check(user("certified", tls(Optional.of(file))));
  }

  @Test
  void areRefusedWithoutTheCertificateThatIsAskedFor() {
    assertThatThrownBy(() -> check(user("certified", tls(Optional.empty()))))
        .isInstanceOf(StorageUnavailable.class)
        .hasMessageContaining("requires a valid client certificate");
  }

  @Test
  void nameAKeyThatCannotBeRead() throws IOException {
    var broken = Files.writeString(directory.resolve("broken.pk8"), "no key");
    assertThatThrownBy(() -> check(user("certified", tls(Optional.of(broken)))))
        .isInstanceOf(StorageUnavailable.class)
        .hasMessageContaining("broken.pk8");
  }

  @Test
  void commitDurablyEvenIfTheServerDoesNotByDefault() throws SQLException {
    server.execute("ALTER USER plain SET synchronous_commit = off");
    var settings = user("plain", PostgresSsl.OFF);
    var store = new StoreClient(TestStores.open(TestStores.dialect(settings)));
    try {
      server.execute(
          "CREATE TABLE seen (setting text)",
          """
          CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NEW;
          END $$
          """,
          "CREATE TRIGGER see AFTER INSERT ON event_journal FOR EACH ROW EXECUTE FUNCTION see()");
      AppendLoad.appendOnce(store, "durable");
      assertThat(texts("SELECT setting FROM seen")).containsExactly("on");
    } finally {
      server.execute(
          "DROP TRIGGER see ON event_journal", "ALTER USER plain RESET synchronous_commit");
      store.close();
    }
  }

  private void check(Postgres settings) {
    var writers =
        new PostgresWriters(
            TestStores.dialect(settings),
            settings,
            TestStores.jdbc(true),
            availability,
            TestEventLoops.SHARED);
    try {
      var unused = StoreClient.result(writers.check());
    } finally {
      writers.close();
    }
  }

  private static Postgres user(String name, PostgresSsl ssl) {
    return new Postgres("localhost", server.port(), "postgres", name, "secret", "", ssl);
  }

  private static PostgresSsl tls(SslMode mode, Path rootCert) {
    return new PostgresSsl(
        mode,
        mode.verifies() ? Optional.of(rootCert) : Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static PostgresSsl tls(Optional<Path> key) {
    return new PostgresSsl(
        SslMode.REQUIRE,
        Optional.empty(),
        key.map(file -> clientFiles.certificate()),
        key,
        Optional.of(KEY_PASSWORD));
  }

  private static void writeKeyStore(Path file) throws IOException, GeneralSecurityException {
    var keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry(
        "user",
        clientFiles.pair().privateKey(),
        KEY_PASSWORD.toCharArray(),
        new Certificate[] {clientFiles.x509()});
    try (var out = Files.newOutputStream(file)) {
      keys.store(out, KEY_PASSWORD.toCharArray());
    }
  }

  private static void serve(TlsFiles files) {
    server.execute(
        set("ssl_cert_file", files.certificate()),
        set("ssl_key_file", files.key()),
        "SELECT pg_reload_conf()");
  }

  private static String set(String setting, Path file) {
    return "ALTER SYSTEM SET %s = '%s'".formatted(setting, file);
  }

  private static int plainConnectionsOf(String user) throws SQLException {
    var counts =
        texts(
            "SELECT count(*) FILTER (WHERE NOT ssl), count(*) FROM pg_stat_ssl"
                + " JOIN pg_stat_activity USING (pid) WHERE usename = '"
                + user
                + "' HAVING count(*) > 1");
    assertThat(counts).as("connections that read and that write").hasSize(1);
    return Integer.parseInt(counts.get(0));
  }

  private static List<String> texts(String query) throws SQLException {
    try (var connection = server.connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      var texts = new ArrayList<String>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    }
  }
}
