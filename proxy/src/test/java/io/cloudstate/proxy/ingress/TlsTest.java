package io.cloudstate.proxy.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.ClientFactoryBuilder;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.TlsKeyPair;
import io.cloudstate.proxy.config.ProxySettings.ClientAuth;
import io.cloudstate.proxy.config.ProxySettings.Connections;
import io.cloudstate.proxy.config.ProxySettings.Cors;
import io.cloudstate.proxy.config.ProxySettings.Serving;
import io.cloudstate.proxy.config.ProxySettings.Tls;
import io.cloudstate.proxy.ingress.tls.CertificatesUnusable;
import io.cloudstate.proxy.testing.CapturedLog;
import io.cloudstate.proxy.testing.TestEventLoops;
import io.cloudstate.proxy.testing.TlsFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS of the serving port, client certificates, and files that change. */
class TlsTest {

  private static final String ADD_ITEM = "/" + TestCatalogs.CART + "/AddItem";
  private static final Duration RELOAD_INTERVAL = Duration.ofMillis(20);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  private TlsFiles server;
  private @Nullable Ingress running;

  @BeforeEach
  void writeFiles() throws IOException {
    server = TlsFiles.in(directory, "server", "localhost");
  }

  @AfterEach
  void stop() {
    if (running != null) {
      running.stop();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"h1", "h2"})
  void callsAreEncrypted(String protocol) throws Exception {
    serve(ClientAuth.NONE, Optional.empty());
    assertThat(call(protocol, client -> {}).status().code()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"h1c", "h2c"})
  void clearTextIsRefused(String protocol) throws Exception {
    serve(ClientAuth.NONE, Optional.empty());
    assertThatThrownBy(() -> call(protocol, client -> {})).isNotNull();
    assertThat(call("h2", client -> {}).status().code()).isEqualTo(200);
  }

  @Test
  void whoTrustsAnotherCertificateDoesNotConnect() throws Exception {
    serve(ClientAuth.NONE, Optional.empty());
    var other = TlsFiles.in(directory, "other", "localhost");
    assertThatThrownBy(() -> execute("h2", trusting(other.x509()))).isNotNull();
  }

  @Test
  void clientsShowACertificateWhereItIsRequired() throws Exception {
    // Given
    var client = TlsFiles.in(directory, "client", "client.example.com");
    var stranger = TlsFiles.in(directory, "stranger", "stranger.example.com");
    serve(ClientAuth.REQUIRED, Optional.of(client.certificate()));
    // When, Then
    assertThat(call("h2", with -> with.tls(client.pair())).status().code()).isEqualTo(200);
    assertThatThrownBy(() -> call("h2", with -> with.tls(stranger.pair()))).isNotNull();
    assertThatThrownBy(() -> call("h2", with -> {})).isNotNull();
  }

  @Test
  void clientsMayShowACertificateWhereItIsOptional() throws Exception {
    // Given
    var client = TlsFiles.in(directory, "client", "client.example.com");
    serve(ClientAuth.OPTIONAL, Optional.of(client.certificate()));
    // When, Then
    assertThat(call("h2", with -> with.tls(client.pair())).status().code()).isEqualTo(200);
    assertThat(call("h2", with -> {}).status().code()).isEqualTo(200);
  }

  @Test
  void newFilesAreUsedByNewConnectionsAndOldOnesGoOn() throws Exception {
    // Given
    serve(ClientAuth.NONE, Optional.empty());
    var first = server.x509();
    try (var factory = ClientFactory.builder().tlsCustomizer(trusting(first)).build();
        var log = CapturedLog.begin()) {
      var old = client("h2", factory);
      assertThat(call(old).status().code()).isEqualTo(200);
      // When
      server.renew("localhost");
      server.writeCertificate();
      server.writeKey();
      // Then
      await().atMost(Duration.ofSeconds(20)).until(() -> !shown().equals(first));
      assertThat(shown()).isEqualTo(server.x509());
      assertThat(call(old).status().code()).isEqualTo(200);
      assertThat(log.lines()).contains("INFO new certificates are used");
    }
  }

  @Test
  void newClientCertificatesAreTrustedFromThenOn() throws Exception {
    // Given
    var client = TlsFiles.in(directory, "client", "client.example.com");
    var before = client.pair();
    serve(ClientAuth.REQUIRED, Optional.of(client.certificate()));
    // When
    client.renew("client.example.com");
    client.writeCertificate();
    // Then
    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(() -> call("h2", with -> with.tls(client.pair())).status().code() == 200);
    assertThatThrownBy(() -> call("h2", with -> with.tls(before))).isNotNull();
  }

  @Test
  void filesThatDoNotFitAreReportedOnceAndNeverUsed() throws Exception {
    // Given
    serve(ClientAuth.NONE, Optional.empty());
    var first = server.x509();
    try (var log = CapturedLog.begin()) {
      // When: the certificate without its key
      server.renew("localhost");
      server.writeCertificate();
      await().atMost(Duration.ofSeconds(20)).until(() -> !log.lines().isEmpty());
      // Then
      assertThat(shown()).isEqualTo(first);
      server.writeKey();
      await().atMost(Duration.ofSeconds(20)).until(() -> shown().equals(server.x509()));
      assertThat(log.lines())
          .containsExactly(
              "WARN changed certificates cannot be used, those of before stay",
              "INFO new certificates are used");
      assertThat(log.stackTraces()).isZero();
    }
  }

  @Test
  void aFileThatGoesAwayChangesNothing() throws Exception {
    // Given
    serve(ClientAuth.NONE, Optional.empty());
    try (var log = CapturedLog.begin()) {
      // When
      Files.delete(server.key());
      await().atMost(Duration.ofSeconds(20)).until(() -> !log.lines().isEmpty());
      // Then
      assertThat(call("h2", client -> {}).status().code()).isEqualTo(200);
    }
  }

  @Test
  void filesThatCannotBeUsedAreNamedAtTheStart() throws Exception {
    var other = TlsFiles.in(directory, "other", "localhost");
    var empty = Files.writeString(directory.resolve("empty"), "nothing");
    assertUnusable(
        server.certificate(),
        other.key(),
        other.key() + " (expected: the key of the certificate in " + server.certificate() + ")");
    assertUnusable(empty, server.key(), empty + " (expected: certificates in PEM)");
    assertUnusable(
        server.certificate(), empty, empty + " (expected: a private key in PEM, not encrypted)");
    assertUnusable(
        server.certificate(),
        directory.resolve("none"),
        directory.resolve("none") + " (expected: a file that can be read)");
  }

  private static void assertUnusable(Path certificate, Path key, String message) {
    var serving =
        serving(new Tls(certificate, key, ClientAuth.NONE, Optional.empty(), RELOAD_INTERVAL));
    assertThatThrownBy(() -> Ingress.check(serving))
        .isInstanceOf(CertificatesUnusable.class)
        .hasMessage(message);
  }

  @Test
  void theCommandsOfTheGuideMakeFilesThatWork() throws Exception {
    // Given
    var guide = Files.readString(Path.of("..", "docs", "guides", "tls.md"));
    var from = guide.indexOf("```bash\n") + "```bash\n".length();
    var commands = "set -e\n" + guide.substring(from, guide.indexOf("```", from));
    assumeTrue(isOpensslThere(), "no openssl on the PATH");
    // When
    var log = directory.resolve("openssl.log");
    var bash =
        new ProcessBuilder("bash", "-c", commands)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(bash.waitFor()).as(() -> read(log)).isZero();
    // Then
    var ca = directory.resolve("ca.crt");
    serve(
        new Tls(
            directory.resolve("proxy.crt"),
            directory.resolve("proxy.key"),
            ClientAuth.REQUIRED,
            Optional.of(ca),
            Duration.ZERO));
    var client =
        TlsKeyPair.of(
            directory.resolve("client.key").toFile(), directory.resolve("client.crt").toFile());
    try (var factory =
        ClientFactory.builder()
            .tlsCustomizer(builder -> builder.trustManager(ca.toFile()))
            .tls(client)
            .build()) {
      assertThat(call(client("h2", factory)).status().code()).isEqualTo(200);
    }
  }

  private static boolean isOpensslThere() throws InterruptedException {
    try {
      return new ProcessBuilder("openssl", "version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // --- the port and its clients

  private void serve(ClientAuth clientAuth, Optional<Path> clientCa) throws Exception {
    serve(new Tls(server.certificate(), server.key(), clientAuth, clientCa, RELOAD_INTERVAL));
  }

  private void serve(Tls tls) throws Exception {
    var ingress =
        new Ingress(serving(tls), Duration.ofSeconds(10), TestEventLoops.SHARED, new FakeRouter());
    running = ingress;
    ingress.start(TestCatalogs.cart()).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static Serving serving(Tls tls) {
    return new Serving(
        "localhost",
        0,
        4_000_000,
        1000,
        Duration.ofMillis(10),
        Connections.DEFAULT,
        Optional.of(tls),
        Cors.NONE);
  }

  private int port() {
    return Objects.requireNonNull(running).port();
  }

  /** One call on a connection of its own, by a client that trusts the certificate of now. */
  private AggregatedHttpResponse call(String protocol, Consumer<ClientFactoryBuilder> with)
      throws Exception {
    var builder = ClientFactory.builder().tlsCustomizer(trusting(server.x509()));
    with.accept(builder);
    try (var factory = builder.build()) {
      return call(client(protocol, factory));
    }
  }

  private AggregatedHttpResponse execute(
      String protocol, Consumer<io.netty.handler.ssl.SslContextBuilder> tls) throws Exception {
    try (var factory = ClientFactory.builder().tlsCustomizer(tls).build()) {
      return call(client(protocol, factory));
    }
  }

  private static Consumer<io.netty.handler.ssl.SslContextBuilder> trusting(X509Certificate ca) {
    return builder -> builder.trustManager(ca);
  }

  private WebClient client(String protocol, ClientFactory factory) {
    return WebClient.builder(protocol + "://localhost:" + port())
        .factory(factory)
        .responseTimeout(Duration.ofSeconds(10))
        .build();
  }

  private static AggregatedHttpResponse call(WebClient client) throws Exception {
    var headers =
        RequestHeaders.of(HttpMethod.POST, ADD_ITEM, "content-type", "application/grpc-web");
    return client
        .execute(HttpRequest.of(headers, HttpData.wrap(WebFrames.of(new byte[] {1}))))
        .aggregate()
        .get(20, TimeUnit.SECONDS);
  }

  /** The certificate that a new connection is shown. */
  private X509Certificate shown() throws Exception {
    var context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Trusting()}, null);
    try (var socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", port())) {
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    } catch (SSLPeerUnverifiedException e) {
      throw new AssertionError(e);
    }
  }

  private static final class Trusting implements X509TrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
