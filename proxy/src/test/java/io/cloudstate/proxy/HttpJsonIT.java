package io.cloudstate.proxy;

import static io.cloudstate.proxy.testing.TckModel.command;
import static io.cloudstate.proxy.testing.TckModel.failed;
import static io.cloudstate.proxy.testing.TckModel.init;
import static io.cloudstate.proxy.testing.TckModel.out;
import static io.cloudstate.proxy.testing.TckModel.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.proxy.testing.FakeUserFunction;
import io.cloudstate.proxy.testing.TckModel;
import io.cloudstate.proxy.testing.TestProxy;
import io.cloudstate.tck.model.Eventsourced.Request;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Calls by HTTP and JSON from end to end: the exact results of spec/ingress.md 10. */
class HttpJsonIT {

  private static final HttpClient client = HttpClient.newHttpClient();

  private static FakeUserFunction function;
  private static TestProxy proxy;

  @BeforeAll
  static void start() {
    function = FakeUserFunction.start(TckModel.spec());
    proxy = TestProxy.start(function.port(), Map.of("relay-timeout", "2s"));
  }

  @AfterAll
  static void stop() {
    function.close(); // first: its streams are open, and would be waited for
    proxy.close();
  }

  @Test
  void theAnnotatedPathTakesTheKey() throws Exception {
    // When
    var response = post("/tck/model/eventsourced/fresh:1", "{}");
    // Then
    var stream = function.nextStream();
    assertThat(stream.next()).isEqualTo(init(TckModel.MODEL, "fresh:1"));
    assertThat(stream.next())
        .isEqualTo(command(1, "Process", Request.newBuilder().setId("fresh:1").build()));
    stream.send(out(reply(1, "")));
    assertAnswered(response, 200, "application/json", "{\"message\":\"\"}");
  }

  @Test
  void theGeneratedPathTakesTheWholeInput() throws Exception {
    // When
    var response = post("/cloudstate.tck.model.EventSourcedTwo/Call", "{\"id\": \"two\"}");
    // Then
    var stream = function.nextStream();
    assertThat(stream.next()).isEqualTo(init(TckModel.TWO, "two"));
    assertThat(stream.next())
        .isEqualTo(command(1, "Call", Request.newBuilder().setId("two").build()));
    stream.send(out(reply(1, "")));
    assertAnswered(response, 200, "application/json", "{\"message\":\"\"}");
  }

  @Test
  void aFailureIsItsText() throws Exception {
    // When
    var response = post("/tck/model/eventsourced/failing", "{}");
    var stream = function.nextStream();
    stream.next();
    stream.next();
    stream.send(out(failed(1, "expected failure", false)));
    // Then
    assertAnswered(response, 500, "text/plain; charset=UTF-8", "expected failure");
  }

  @Test
  void aStreamThatBreaksIsTheTextOfTheEntity() throws Exception {
    // When
    var response = post("/tck/model/eventsourced/breaking", "{}");
    var stream = function.nextStream();
    stream.next();
    stream.next();
    stream.send(out(failed(2, "not yours", false)));
    // Then
    assertThat(answer(response).statusCode()).isEqualTo(500);
    assertThat(answer(response).body()).doesNotContain("{").isNotEmpty();
  }

  @Test
  void anEmptyKeyIsTheCallersMistake() throws Exception {
    var response = post("/tck/model/eventsourced/", "{}");
    assertThat(answer(response).statusCode()).isEqualTo(400);
    assertThat(answer(response).body()).startsWith("{\"code\":3,\"status\":\"INVALID_ARGUMENT\"");
  }

  @Test
  void aFunctionThatIsSilentIsATimeout() throws Exception {
    // When
    var response = post("/tck/model/eventsourced/silent", "{}");
    var stream = function.nextStream();
    stream.next();
    stream.next();
    // Then
    assertThat(answer(response).statusCode()).isEqualTo(504);
  }

  private static CompletableFuture<HttpResponse<String>> post(String path, String json) {
    return client.sendAsync(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + path))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build(),
        BodyHandlers.ofString());
  }

  private static HttpResponse<String> answer(CompletableFuture<HttpResponse<String>> response)
      throws Exception {
    return response.get(20, TimeUnit.SECONDS);
  }

  private static void assertAnswered(
      CompletableFuture<HttpResponse<String>> response, int status, String type, String body)
      throws Exception {
    assertThat(answer(response).statusCode()).isEqualTo(status);
    assertThat(answer(response).headers().firstValue("content-type")).contains(type);
    assertThat(answer(response).body()).isEqualTo(body);
  }
}
