package io.cloudstate.tck.driver;

import io.cloudstate.tck.rule.Exchange;
import io.cloudstate.tck.rule.Mismatch;
import io.cloudstate.tck.rule.Patience;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client of the proxy that speaks HTTP/1.1: JSON, and gRPC-Web. */
public final class HttpApi {

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String base;
  private final Patience patience;
  private volatile Exchange exchange = new Exchange();

  public HttpApi(String host, int port, Patience patience) {
    this.base = "http://" + host + ":" + port;
    this.patience = patience;
  }

  public void begin(Exchange next) {
    exchange = next;
  }

  /** Posts JSON; the response is waited for by whoever asks the call. */
  public Call postJson(String path, String body) {
    return post(
        path, body.getBytes(StandardCharsets.UTF_8), Map.of("Content-Type", "application/json"));
  }

  public Call post(String path, byte[] body, Map<String, String> headers) {
    var request = HttpRequest.newBuilder(URI.create(base + path));
    headers.forEach(request::header);
    request.POST(HttpRequest.BodyPublishers.ofByteArray(body));
    return send("POST " + path, request.build(), new String(body, StandardCharsets.UTF_8));
  }

  public Call get(String path) {
    return send("GET " + path, HttpRequest.newBuilder(URI.create(base + path)).GET().build(), "");
  }

  private Call send(String label, HttpRequest request, String body) {
    var to = exchange;
    to.add("client", "proxy", label, request.headers().map() + "\n" + body);
    var response =
        client
            .sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
            .whenComplete(
                (received, failure) ->
                    to.add(
                        "proxy",
                        "client",
                        label,
                        failure == null ? text(received) : String.valueOf(failure)));
    return new Call(label, response, patience);
  }

  private static String text(HttpResponse<byte[]> response) {
    return response.statusCode()
        + " "
        + response.headers().firstValue("content-type").orElse("")
        + "\n"
        + new String(response.body(), StandardCharsets.UTF_8);
  }

  /** One request, and its response when it is there. */
  public static final class Call {

    private final String label;
    private final CompletableFuture<HttpResponse<byte[]>> response;
    private final Patience patience;

    Call(String label, CompletableFuture<HttpResponse<byte[]>> response, Patience patience) {
      this.label = label;
      this.response = response;
      this.patience = patience;
    }

    /** The response, which has to come. */
    public HttpResponse<byte[]> response() {
      try {
        return response.get(patience.expected().toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException | ExecutionException e) {
        throw new Mismatch("response to " + label, "one", e.toString());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Mismatch("response to " + label, "one", "interrupted");
      }
    }

    /** 200 with this body. */
    public void expectJson(String body) {
      var came = response();
      var type = came.headers().firstValue("content-type").orElse("none");
      if (!type.startsWith("application/json")) {
        throw new Mismatch("content type of the response to " + label, "application/json", type);
      }
      expect(200, body);
    }

    public void expect(int status, String body) {
      var came = response();
      var text = new String(came.body(), StandardCharsets.UTF_8);
      if (came.statusCode() != status || !text.equals(body)) {
        throw new Mismatch(
            "response to " + label, status + " " + body, came.statusCode() + " " + text);
      }
    }

    public void expectStatus(int status) {
      var came = response();
      if (came.statusCode() != status) {
        throw new Mismatch(
            "status of the response to " + label,
            Integer.toString(status),
            Integer.toString(came.statusCode()));
      }
    }
  }
}
