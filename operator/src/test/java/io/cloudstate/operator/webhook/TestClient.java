package io.cloudstate.operator.webhook;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.cert.Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** The API server's side of the webhook. */
public record TestClient(SSLContext trust, int port) {

  public HttpResponse<String> post(byte[] review) throws IOException, InterruptedException {
    return send("POST", "/inject", "application/json", review);
  }

  HttpResponse<String> send(String method, String path, String type, byte[] body)
      throws IOException, InterruptedException {
    return HttpClient.newBuilder()
        .sslContext(trust)
        .version(HttpClient.Version.HTTP_1_1)
        .build()
        .send(
            HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", type)
                .method(method, BodyPublishers.ofByteArray(body))
                .build(),
            BodyHandlers.ofString());
  }

  /** What a new connection is shown. */
  public Certificate shown() throws IOException {
    try (var socket = (SSLSocket) trust.getSocketFactory().createSocket("localhost", port)) {
      socket.startHandshake();
      return socket.getSession().getPeerCertificates()[0];
    }
  }
}
