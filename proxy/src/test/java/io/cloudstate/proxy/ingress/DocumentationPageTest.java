package io.cloudstate.proxy.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.AnnotationsProto;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.WrappersProto;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.config.ProxySettings.Documentation;
import io.cloudstate.proxy.ingress.calls.CallMetrics;
import io.cloudstate.proxy.testing.TestEventLoops;
import io.cloudstate.proxy.testing.TestProtos;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page at /docs and the calls of its forms. */
class DocumentationPageTest {

  private static final String FORM = "application/json; charset=utf-8";
  private static final FileDescriptor FILE =
      TestProtos.file(
              "test.proto",
              AnnotationsProto.getDescriptor(),
              TimestampProto.getDescriptor(),
              WrappersProto.getDescriptor())
          .enumeration("Colour", "RED", "GREEN")
          .message("Inner", "string some_text", "Request outer")
          .message(
              "Request",
              "string id",
              "int64 number",
              "repeated Inner many",
              "Inner inner",
              "Colour colour",
              "bool is_it",
              ".google.protobuf.Timestamp at",
              ".google.protobuf.Int32Value maybe",
              "bytes raw")
          .message("Response", "string message", "int64 number")
          .rpc("Annotated", "Request", "Response", "get: '/things/{id}'")
          .rpc("Plain", "Request", "Response", "")
          .rpc("Collect", "stream Request", "Response", "post: '/collect' body: '*'")
          .rpc("Watch", "Request", "stream Response", "")
          .build();
  private static final FileDescriptor OWN_DOCS =
      TestProtos.file("own.proto", AnnotationsProto.getDescriptor())
          .message("Request", "string id")
          .message("Response", "string message")
          .rpc("Show", "Request", "Response", "get: '/docs/{id}'")
          .build();

  private static final FakeRouter router = new FakeRouter();
  private static final Ingress ingress = ingress(new Documentation(true, true));
  private static final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeAll
  static void start() throws Exception {
    ingress.start(TestProtos.catalog(FILE)).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @AfterAll
  static void stop() {
    ingress.stop();
  }

  @BeforeEach
  void echo() {
    router.does(FakeRouter.Routed::echo);
    ingress.serve(TestProtos.catalog(FILE));
  }

  // --- what is described

  @Test
  void allMethodsOfTheFunctionAndNoOthersAreListed() throws Exception {
    // When
    var services = specification().getAsJsonArray("services");
    // Then
    assertThat(texts(services, "name")).containsExactly("test.Service");
    assertThat(texts(methods(), "name"))
        .containsExactlyInAnyOrder("Annotated", "Plain", "Collect", "Watch");
  }

  @Test
  void methodsThatSendOneReplyHaveAForm() throws Exception {
    assertThat(endpoints("Annotated"))
        .containsExactlyInAnyOrder(
            "/test.Service/Annotated application/grpc",
            "/docs/calls/test.Service/Annotated application/json; charset=utf-8; protocol=gRPC");
    assertThat(endpoints("Collect")).hasSize(2);
    assertThat(endpoints("Watch")).containsExactly("/test.Service/Watch application/grpc");
  }

  @Test
  void typesAreDescribedAsTheyAreInJson() throws Exception {
    // When
    var request = named(specification().getAsJsonArray("structs"), "test.Request");
    var colour = named(specification().getAsJsonArray("enums"), "test.Colour");
    // Then
    var fields = new ArrayList<String>();
    for (var field : request.getAsJsonArray("fields")) {
      var object = field.getAsJsonObject();
      fields.add(
          object.get("name").getAsString() + ": " + object.get("typeSignature").getAsString());
    }
    assertThat(fields)
        .containsExactly(
            "id: string",
            "number: int64",
            "many: repeated<test.Inner>",
            "inner: test.Inner",
            "colour: test.Colour",
            "isIt: bool",
            "at: string",
            "maybe: int32",
            "raw: bytes");
    assertThat(texts(colour.getAsJsonArray("values"), "name")).containsExactly("RED", "GREEN");
  }

  @Test
  void formsCheckWhatIsFilledInByASchemaOfTheInput() throws Exception {
    // When
    var schemas = JsonParser.parseString(get("/docs/schemas.json").body()).getAsJsonArray();
    // Then
    for (var schema : schemas) {
      var object = schema.getAsJsonObject();
      var properties = object.getAsJsonObject("properties");
      assertThat(object.get("$id").getAsString()).startsWith("test.Service/");
      assertThat(properties.keySet()).contains("id", "number", "many", "inner", "isIt");
      assertThat(properties.getAsJsonObject("number").get("type").getAsString())
          .isEqualTo("integer");
      assertThat(properties.getAsJsonObject("many").get("type").getAsString()).isEqualTo("array");
    }
    assertThat(schemas).hasSize(4);
  }

  @Test
  void anotherCatalogIsDescribedAtOnce() throws Exception {
    // Given
    assertThat(texts(methods(), "name")).contains("Plain");
    // When
    ingress.serve(TestCatalogs.cart());
    // Then
    assertThat(texts(specification().getAsJsonArray("services"), "name"))
        .containsExactly(TestCatalogs.CART);
  }

  // --- the page

  @Test
  void thePageIsFoundWithoutItsSlash() throws Exception {
    var response = get("/docs");
    assertThat(response.statusCode()).isEqualTo(307);
    assertThat(response.headers().firstValue("location")).contains("/docs/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity", "gzip, deflate, br", "br"})
  void allThatThePageNeedsIsServedHere(String acceptEncoding) throws Exception {
    // When
    var page = file("/docs/", acceptEncoding);
    // Then
    assertThat(page.headers().firstValue("content-security-policy").orElse(""))
        .contains("default-src 'self'")
        .doesNotContain("http");
    var script = Pattern.compile("src=\"([^\"]+)\"").matcher(unzipped(page));
    assertThat(script.find()).isTrue();
    assertThat(unzipped(file("/docs/" + script.group(1), acceptEncoding))).contains("/docs");
    assertThat(get("/docs/versions.json").statusCode()).isEqualTo(200);
  }

  private static HttpResponse<byte[]> file(String path, String acceptEncoding) throws Exception {
    var request = HttpRequest.newBuilder(uri(ingress, path));
    return client.send(
        request.header("accept-encoding", acceptEncoding).timeout(Duration.ofSeconds(20)).build(),
        BodyHandlers.ofByteArray());
  }

  private static String unzipped(HttpResponse<byte[]> response) throws Exception {
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-encoding")).contains("gzip");
    try (var unzipped = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
      return new String(unzipped.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void whatIsNotThereIsNotFound() throws Exception {
    assertThat(get("/docs/no-such-file").statusCode()).isEqualTo(404);
    assertThat(get("/docs.html").statusCode()).isEqualTo(404);
  }

  @Test
  void pathsOfTheFunctionComeFirst() throws Exception {
    // Given
    ingress.serve(TestProtos.catalog(OWN_DOCS));
    // When
    var own = get("/docs/specification.json");
    // Then
    assertThat(own.statusCode()).isEqualTo(200);
    assertThat(own.body()).isEqualTo("{\"message\":\"specification.json\"}");
    assertThat(own.headers().firstValue("content-security-policy")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/docs", "/docs/", "/docs/specification.json", "/docs/calls/test.Service/Plain"})
  void withoutThePageThereIsNothing(String path) throws Exception {
    // Given
    var without = ingress(new Documentation(true, false));
    without.start(TestProtos.catalog(FILE)).toCompletableFuture().get(20, TimeUnit.SECONDS);
    try {
      // When
      var read = send(HttpRequest.newBuilder(uri(without, path)));
      var sent =
          send(
              HttpRequest.newBuilder(uri(without, path))
                  .header("content-type", FORM)
                  .POST(BodyPublishers.ofString("{}")));
      // Then
      assertThat(read.statusCode()).isEqualTo(404);
      assertThat(sent.statusCode()).isEqualTo(404);
      assertThat(sent.body()).isEmpty();
    } finally {
      without.stop();
    }
  }

  // --- calls

  @ParameterizedTest
  @ValueSource(strings = {"Annotated", "Plain"})
  void formsCallMethodsWhateverTheirRulesAre(String method) throws Exception {
    // When
    var response = submit(method, FORM, "{\"id\":\"a\",\"number\":7}");
    // Then
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    assertThat(response.body()).isEqualTo("{\"message\":\"a\",\"number\":\"7\"}");
  }

  @Test
  void theCommandThatThePageWritesIsTakenToo() throws Exception {
    assertThat(submit("Plain", FORM + "; protocol=gRPC", "{\"id\":\"a\"}").statusCode())
        .isEqualTo(200);
  }

  @Test
  void theExampleOfAFormIsAMessageWithAllFields() throws Exception {
    // Given
    var example = named(methods(), "Plain").getAsJsonArray("exampleRequests").get(0).getAsString();
    // When
    var response = submit("Plain", FORM, example);
    // Then
    assertThat(JsonParser.parseString(example))
        .isEqualTo(
            JsonParser.parseString(
                """
                {"id":"","number":0,"many":[],"inner":{"someText":""},"colour":"RED","isIt":false,
                 "at":"1970-01-01T00:00:00Z","maybe":0,"raw":""}"""));
    assertThat(response.statusCode()).isEqualTo(200);
  }

  @Test
  void whatTheFunctionRefusesIsShown() throws Exception {
    // Given
    router.answers(new Outcome.Failed(new Failure.Refused("not today")));
    // When
    var response = submit("Annotated", FORM, "{}");
    // Then
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).isEqualTo("not today");
  }

  @Test
  void pathsOfFormsAreNotDescribedToClients() throws Exception {
    assertThat(get("/openapi.json").body()).contains("/things/{id}").doesNotContain("/docs");
    assertThat(get("/docs/calls/test.Service/Plain").statusCode()).isEqualTo(405);
  }

  // --- helpers

  private static Ingress ingress(Documentation documentation) {
    return new Ingress(
        new ProxySettings.Serving("localhost", 0, 10_000, 4, Duration.ofSeconds(1)),
        documentation,
        Duration.ofSeconds(10),
        TestEventLoops.SHARED,
        router,
        CallMetrics.NONE,
        null);
  }

  private static JsonObject specification() throws Exception {
    return JsonParser.parseString(get("/docs/specification.json").body()).getAsJsonObject();
  }

  private static JsonArray methods() throws Exception {
    var service = named(specification().getAsJsonArray("services"), "test.Service");
    return service.getAsJsonArray("methods");
  }

  /** Path and type of each. */
  private static List<String> endpoints(String method) throws Exception {
    var endpoints = new ArrayList<String>();
    for (var endpoint : named(methods(), method).getAsJsonArray("endpoints")) {
      var object = endpoint.getAsJsonObject();
      endpoints.add(
          object.get("pathMapping").getAsString()
              + " "
              + object.getAsJsonArray("availableMimeTypes").get(0).getAsString());
    }
    return endpoints;
  }

  private static JsonObject named(JsonArray all, String name) {
    for (var each : all) {
      if (each.getAsJsonObject().get("name").getAsString().equals(name)) {
        return each.getAsJsonObject();
      }
    }
    throw new AssertionError(name + " (expected: one of " + texts(all, "name") + ")");
  }

  private static List<String> texts(JsonArray all, String key) {
    var texts = new ArrayList<String>();
    for (JsonElement each : all) {
      texts.add(each.getAsJsonObject().get(key).getAsString());
    }
    return texts;
  }

  private static HttpResponse<String> submit(String method, String contentType, String body)
      throws Exception {
    return send(
        HttpRequest.newBuilder(uri(ingress, "/docs/calls/test.Service/" + method))
            .header("content-type", contentType)
            .POST(BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(ingress, path)));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
  }

  private static URI uri(Ingress ingress, String path) {
    return URI.create("http://localhost:" + ingress.port() + path);
  }
}
