package io.cloudstate.proxy.testing;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Asks a proxy on its management port. */
public final class ManagementPort {

  /** An answer; the status is 0 when nobody listens. */
  public record Answer(int status, String body) {}

  private final HttpClient client = HttpClient.newHttpClient();
  private final String base;

  public ManagementPort(String host, int port) {
    this.base = "http://%s:%d".formatted(host, port);
  }

  public Answer get(String path) {
    try {
      return answer(client.send(request(path).build(), HttpResponse.BodyHandlers.ofString()));
    } catch (ConnectException e) {
      return new Answer(0, "");
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(path, e);
    }
  }

  public CompletableFuture<Answer> post(String path, String... headers) {
    var request = request(path).POST(HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client
        .sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
        .thenApply(ManagementPort::answer);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(60));
  }

  private static Answer answer(HttpResponse<String> response) {
    return new Answer(response.statusCode(), response.body());
  }
}
