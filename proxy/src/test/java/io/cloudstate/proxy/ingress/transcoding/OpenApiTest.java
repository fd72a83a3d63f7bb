package io.cloudstate.proxy.ingress.transcoding;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.AnnotationsProto;
import com.google.api.HttpBodyProto;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.TimestampProto;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.cloudstate.proxy.testing.TestProtos;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenApiTest {

  private static final JsonObject DOCUMENT =
      JsonParser.parseString(
              OpenApi.of(
                  TestProtos.catalog(
                      TestProtos.file(
                              "test.proto",
                              AnnotationsProto.getDescriptor(),
                              HttpBodyProto.getDescriptor(),
                              TimestampProto.getDescriptor())
                          .enumeration("Color", "RED", "GREEN")
                          .message("Inner", "string id", "Inner more")
                          .message(
                              "All",
                              "string id",
                              "int64 number",
                              "bytes data",
                              "Color color",
                              "Inner inner",
                              "repeated Inner inners",
                              "repeated string tags",
                              ".google.protobuf.Timestamp at")
                          .rpc("Get", "All", "All", "get: '/all/{id}'")
                          .rpc("Put", "All", "All", "put: '/all/{color}' body: 'inner'")
                          .rpc(
                              "Post",
                              "All",
                              "stream All",
                              "post: '/all' body: '*' additional_bindings { post: '/a/*/{id=b/**}:v' }")
                          .rpc(
                              "Any",
                              "All",
                              ".google.api.HttpBody",
                              "custom { kind: '*' path: '/all' }")
                          .rpc("Generated", ".google.api.HttpBody", "All", "")
                          .build())))
          .getAsJsonObject();

  @Test
  void theDocumentIsValid() throws Exception {
    try (var schema = OpenApiTest.class.getResourceAsStream("/openapi-3.1-schema.json")) {
      var validator =
          JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
      assertThat(validator.validate(DOCUMENT.toString(), InputFormat.JSON)).isEmpty();
      assertThat(validator.validate("{\"openapi\":\"3.1.0\"}", InputFormat.JSON)).isNotEmpty();
    }
  }

  @Test
  void eachPathHasItsMethods() {
    assertThat(DOCUMENT.get("openapi").getAsString()).isEqualTo("3.1.0");
    assertThat(DOCUMENT.getAsJsonObject("paths").keySet())
        .containsExactly(
            "/all/{id}", "/all", "/a/{segment_2}/b/{segment_4}:v", "/test.Service/Generated");
    assertThat(at("paths", "/all/{id}").keySet()).containsExactly("get", "put");
    assertThat(at("paths", "/all").keySet())
        .containsExactlyInAnyOrder("post", "get", "put", "delete", "patch");
    assertThat(at("paths", "/all", "post").get("operationId").getAsString())
        .isEqualTo("test.Service.Post");
  }

  @Test
  void everythingElseIsAParameter() {
    // When
    var names = new ArrayList<String>();
    for (var each : at("paths", "/all/{id}", "get").getAsJsonArray("parameters")) {
      var parameter = each.getAsJsonObject();
      names.add(parameter.get("in").getAsString() + " " + parameter.get("name").getAsString());
    }
    // Then
    assertThat(names)
        .containsExactly(
            "path id",
            "query number",
            "query data",
            "query color",
            "query inner.id",
            "query inner.more.id",
            "query tags",
            "query at");
  }

  @Test
  void schemasAreThoseOfProtobufsJson() {
    var properties = at("components", "schemas", "test.All", "properties");
    assertThat(properties.get("number")).hasToString("{\"type\":\"string\",\"format\":\"int64\"}");
    assertThat(properties.get("data"))
        .hasToString("{\"type\":\"string\",\"contentEncoding\":\"base64\"}");
    assertThat(properties.get("at")).hasToString("{\"type\":\"string\",\"format\":\"date-time\"}");
    assertThat(at("components", "schemas", "test.Color").get("enum"))
        .hasToString("[\"RED\",\"GREEN\"]");
  }

  @Test
  void streamsAndRawBodiesHaveTheirTypes() {
    assertThat(at("paths", "/all", "post", "responses", "200", "content").keySet())
        .containsExactly("application/json", "text/event-stream");
    assertThat(at("paths", "/all", "get", "responses", "200", "content").keySet())
        .containsExactly("*/*");
    assertThat(at("paths", "/test.Service/Generated", "post", "requestBody", "content").keySet())
        .containsExactly("*/*");
  }

  @Test
  void operationIdsAreUniqueAndReferencesLeadSomewhere() {
    var ids = new ArrayList<String>();
    var references = new ArrayList<String>();
    collect(DOCUMENT, ids, references);
    assertThat(ids).doesNotHaveDuplicates().hasSizeGreaterThan(5);
    var schemas = at("components", "schemas").keySet();
    assertThat(references)
        .isNotEmpty()
        .allSatisfy(
            reference ->
                assertThat(schemas)
                    .contains(reference.substring("#/components/schemas/".length())));
  }

  private static void collect(JsonElement element, List<String> ids, List<String> references) {
    if (element.isJsonArray()) {
      element.getAsJsonArray().forEach(each -> collect(each, ids, references));
    } else if (element.isJsonObject()) {
      for (var entry : element.getAsJsonObject().entrySet()) {
        switch (entry.getKey()) {
          case "operationId" -> ids.add(entry.getValue().getAsString());
          case "$ref" -> references.add(entry.getValue().getAsString());
          default -> collect(entry.getValue(), ids, references);
        }
      }
    }
  }

  private static JsonObject at(String... names) {
    var object = DOCUMENT;
    for (var name : names) {
      object = object.getAsJsonObject(name);
    }
    return object;
  }
}
