package io.cloudstate.proxy.ingress.transcoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.AnnotationsProto;
import com.google.api.HttpBodyProto;
import com.google.protobuf.AnyProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.StructProto;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.WrappersProto;
import io.cloudstate.proxy.ingress.calls.CallMetrics;
import io.cloudstate.proxy.ingress.transcoding.RouteTree.Match;
import io.cloudstate.proxy.testing.TestProtos;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tables of spec/ingress.md 7.1 to 7.4, line by line, and what is better than they say. */
class TranscodingTest {

  /** Imported by nobody: only the function's set of files knows it. */
  private static final FileDescriptor ELSEWHERE =
      TestProtos.file("elsewhere.proto").message("Elsewhere", "string text").build();

  private static final FileDescriptor FILE =
      TestProtos.file(
              "test.proto",
              AnnotationsProto.getDescriptor(),
              HttpBodyProto.getDescriptor(),
              AnyProto.getDescriptor(),
              DurationProto.getDescriptor(),
              EmptyProto.getDescriptor(),
              FieldMaskProto.getDescriptor(),
              StructProto.getDescriptor(),
              TimestampProto.getDescriptor(),
              WrappersProto.getDescriptor())
          .enumeration("Color", "RED", "GREEN")
          .message("Inner", "string id", "int32 deep_number", "Inner more")
          .message(
              "All",
              "string id",
              "int32 int_32",
              "sint64 int_64",
              "uint32 uint_32",
              "fixed64 uint_64",
              "float real",
              "double precise",
              "bool flag",
              "bytes data",
              "Color color",
              "Inner inner",
              "repeated string tags",
              "repeated Color colors",
              "repeated Inner inners",
              "optional int32 perhaps",
              ".google.protobuf.Timestamp at",
              ".google.protobuf.Duration lasting",
              ".google.protobuf.FieldMask mask",
              ".google.protobuf.Int64Value wrapped",
              ".google.protobuf.BoolValue truth",
              ".google.protobuf.Any any",
              ".google.protobuf.Struct struct",
              ".google.api.HttpBody file")
          .rpc("Query", "All", "All", "get: '/query'")
          .rpc("QueryAndPath", "All", "All", "get: '/query/{id}'")
          .rpc("Whole", "All", "All", "post: '/whole/{id}' body: '*'")
          .rpc("Field", "All", "All", "post: '/field/{id}' body: 'inner'")
          .rpc("Scalar", "All", "All", "post: '/scalar' body: 'id'")
          .rpc("Enum", "All", "All", "post: '/enum' body: 'color'")
          .rpc("Raw", "All", "All", "post: '/raw/{id}' body: 'file' response_body: 'file'")
          .rpc("Patch", "All", "All", "patch: '/patch/{inner.id}' body: 'inner'")
          .rpc("Typed", "All", "All", "get: '/typed/{color}/{int_32}/{uint_64}/{flag}/{at}/{data}'")
          .rpc("Dotted", "All", "All", "get: '/dotted/{inner.more.id=a/*}/{id}'")
          .rpc("Rest", "All", "All", "get: '/rest/{id=x/**}'")
          .rpc("RestVerb", "All", "All", "get: '/rest/{id=**}:count'")
          .rpc("Literal", "All", "All", "get: '/query/exactly'")
          .rpc("Verb", "All", "All", "get: '/query/{id}:archive'")
          .rpc("Slash", "All", "All", "get: '/slash/'")
          .rpc("Any", "All", "All", "custom { kind: '*' path: '/query' }")
          .rpc("Empty", ".google.protobuf.Empty", ".google.protobuf.Empty", "")
          .rpc("ResponseId", "All", "All", "get: '/response/id' response_body: 'id'")
          .rpc("ResponseInt", "All", "All", "get: '/response/int' response_body: 'int_64'")
          .rpc("ResponseData", "All", "All", "get: '/response/data' response_body: 'data'")
          .rpc("ResponseColor", "All", "All", "get: '/response/color' response_body: 'color'")
          .rpc("ResponseInner", "All", "All", "get: '/response/inner' response_body: 'inner'")
          .rpc("ResponseTags", "All", "All", "get: '/response/tags' response_body: 'tags'")
          .rpc("ResponseInners", "All", "All", "get: '/response/inners' response_body: 'inners'")
          .rpc("ResponseMaybe", "All", "All", "get: '/response/perhaps' response_body: 'perhaps'")
          .build();

  static final HttpRoutes ROUTES =
      HttpRoutes.of(
          TestProtos.catalog(FILE, ELSEWHERE, StructProto.getDescriptor()), CallMetrics.NONE);
  private static final String JSON = "application/json";

  // --- 7.1 and 7.2: which route

  @ParameterizedTest
  @CsvSource({
    "GET,    /query,               Query",
    "POST,   /query,               Any", // a method before any method
    "HEAD,   /query,               Any",
    "GET,    /query/exactly,       Literal", // literals before wildcards
    "GET,    /query/exactl%79,     Literal",
    "GET,    /query/other,         QueryAndPath",
    "HEAD,   /query/other,         QueryAndPath",
    "GET,    /query/,              QueryAndPath", // a wildcard may be empty
    "GET,    /query/x:archive,     Verb",
    "GET,    /query/x:y:archive,   Verb",
    "GET,    /query/x:other,       QueryAndPath",
    "GET,    /query/x%3Aarchive,   QueryAndPath", // an encoded colon is one of the id
    "GET,    /rest/x/a/b,          Rest",
    "GET,    /rest/x/,             Rest",
    "GET,    /rest/x/a:count,      RestVerb",
    "GET,    /rest/y/a:count,      RestVerb",
    "GET,    /slash/,              Slash",
    "POST,   /test.Service/Empty,  Empty",
    "PATCH,  /patch/a,             Patch",
  })
  void theMostSpecificRouteIsFound(String httpMethod, String path, String method) {
    assertThat(found(httpMethod, path).route().target().method().name()).isEqualTo(method);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,   /",
    "GET,   /slash",
    "GET,   /rest/x", // ** needs its slash
    "GET,   /query/a/b",
    "GET,   /query%2Fa",
    "GET,   /query/%F",
    "GET,   /query/%FF",
    "GET,   /test.Service/Query", // annotated methods have no generated rule
  })
  void whatNoTemplateMatchesIsNotFound(String httpMethod, String path) {
    assertThat(ROUTES.find(httpMethod, path)).isEqualTo(new Match.Missed<>(new TreeSet<>()));
  }

  @Test
  void aKnownPathOfAnotherMethodTellsWhichItHas() {
    assertThat(ROUTES.find("DELETE", "/query/exactly"))
        .isEqualTo(new Match.Missed<>(new TreeSet<>(Set.of("GET"))));
  }

  // --- 7.2: what is captured

  @ParameterizedTest
  @CsvSource({
    "/query/a%2Fb,            id: 'a/b'",
    "/query/a+b,              id: 'a+b'",
    "/query/a%20b,            id: 'a b'",
    "/query/a:b,              id: 'a:b'",
    "/query/a%3Ab,            id: 'a:b'",
    "/query/%C3%A9,           id: 'é'",
    "/query/é,                id: 'é'",
    "/query/x:archive,        id: 'x'",
    "/query/,                 ''",
    "/rest/x/a/b%2Fc,         id: 'x/a/b/c'",
    "/rest/y/a:count,         id: 'y/a'",
    "/dotted/a/b/c,           id: 'c' inner { more { id: 'a/b' } }",
    "/typed/GREEN/-7/18446744073709551615/TRUE/2020-01-02T03:04:05Z/AQI=, "
        + "color: GREEN int_32: -7 uint_64: 18446744073709551615 flag: true"
        + " at { seconds: 1577934245 } data: '\\001\\002'",
    "/typed/1/0/0/false/1970-01-01T00:00:00Z/-_8, color: GREEN at {} data: '\\373\\377'",
  })
  void variablesAreFields(String path, String message) throws Exception {
    assertThat(built("GET", path, null, null, "")).isEqualTo(message(message));
  }

  // --- 7.3: query parameters

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "id=a | id: 'a'",
        "id=a+b%26 | id: 'a b&'",
        "int_32=-5&int_64=9223372036854775807 | int_32: -5 int_64: 9223372036854775807",
        "int32=5 | int_32: 5", // as JSON says it
        "uint_32=4294967295&uint_64=18446744073709551615 | uint_32: 4294967295 uint_64: 18446744073709551615",
        "real=1.5&precise=-1e300 | real: 1.5 precise: -1e300",
        "precise=NaN | precise: nan",
        "precise=-Infinity | precise: -inf",
        "flag=True | flag: true",
        "flag=false | ''",
        "data=AQID | data: '\\001\\002\\003'",
        "data=-_8 | data: '\\373\\377'",
        "data=%2B%2F8= | data: '\\373\\377'",
        "color=GREEN | color: GREEN",
        "color=1 | color: GREEN",
        "tags=a&tags=b | tags: ['a', 'b']",
        "colors=GREEN&colors=0 | colors: [GREEN, RED]",
        "inner.id=a&inner.deep_number=3 | inner { id: 'a' deep_number: 3 }",
        "inner.deepNumber=3&inner.more.more.id=x | inner { deep_number: 3 more { more { id: 'x' } } }",
        "perhaps=0 | perhaps: 0",
        "at=2020-01-02T03:04:05.5Z | at { seconds: 1577934245 nanos: 500000000 }",
        "lasting=1.5s | lasting { seconds: 1 nanos: 500000000 }",
        "mask=a.b,cD | mask { paths: ['a.b', 'c_d'] }",
        "wrapped=9 | wrapped { value: 9 }",
        "truth=true | truth { value: true }",
        "id= | ''",
      })
  void parametersAreFields(String query, String message) throws Exception {
    assertThat(built("GET", "/query", query, null, "ignored")).isEqualTo(message(message));
  }

  @Test
  void numbersOfEnumsNeedNoName() throws Exception {
    assertThat(built("GET", "/query", "color=7", null, "").toByteArray())
        .isEqualTo(new byte[] {10 << 3, 7});
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no=1 | query parameter [no]: unknown field of test.All",
        "inner.no=1 | query parameter [inner.no]: unknown field of test.All",
        "id.no=1 | query parameter [id.no]: unknown field of test.All",
        "inners.id=1 | query parameter [inners.id]: unknown field of test.All",
        "inner=1 | query parameter [inner]: a message (expected: its fields, with dots between)",
        "any=1 | query parameter [any]: a message (expected: its fields, with dots between)",
        "id=a&id=b | query parameter [id]: 2 values (expected: 1)",
        "int_32=x | query parameter [int_32]: int_32: x (expected: int32)",
        "int_32=2147483648 | query parameter [int_32]: int_32: 2147483648 (expected: int32)",
        "uint_32=-1 | query parameter [uint_32]: uint_32: -1 (expected: uint32)",
        "int_32= | query parameter [int_32]: int_32:  (expected: int32)",
        "flag=yes | query parameter [flag]: flag: yes (expected: true or false)",
        "data=! | query parameter [data]: data: ! (expected: base64)",
        "color=BLUE | query parameter [color]: color: BLUE (expected: a value of test.Color)",
        "at=today | query parameter [at]: at: today (expected: google.protobuf.Timestamp as in JSON)",
        "wrapped=x | query parameter [wrapped]: wrapped: x (expected: google.protobuf.Int64Value as in JSON)",
      })
  void badParametersAreNamed(String query, String problem) {
    assertThatThrownBy(() -> built("GET", "/query", query, null, "")).hasMessage(problem);
  }

  @Test
  void badPathVariablesAreNamed() {
    assertThatThrownBy(() -> built("GET", "/typed/BLUE/1/1/true/x/x", null, null, ""))
        .hasMessage("path variable color: BLUE (expected: a value of test.Color)");
  }

  // --- 7.3: bodies

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/whole/a | {} | id: 'a'",
        "/whole/a | {\"id\":\"b\",\"int32\":1} | id: 'a' int_32: 1", // the path overrides the body
        "/whole/a?int_32=2 | {} | id: 'a'", // the query is ignored
        "/whole/a?nothing=2 | {} | id: 'a'",
        "/whole/a | {\"int_32\":1,\"int64\":\"2\",\"uint_64\":3} | id: 'a' int_32: 1 int_64: 2 uint_64: 3",
        "/whole/a | {\"color\":\"GREEN\",\"colors\":[1,\"RED\"]} | id: 'a' color: GREEN colors: [GREEN, RED]",
        "/whole/a | {\"id\":\"\",\"flag\":false,\"perhaps\":0} | id: 'a' perhaps: 0",
        "/whole/a | {\"at\":\"2020-01-02T03:04:05Z\",\"wrapped\":\"4\"} | id: 'a' at { seconds: 1577934245 } wrapped { value: 4 }",
        "/whole/a | {\"any\":{\"@type\":\"type.googleapis.com/test.Elsewhere\",\"text\":\"x\"}} | id: 'a' any { [type.googleapis.com/test.Elsewhere] { text: 'x' } }",
        "/field/a | {\"id\":\"b\"} | id: 'a' inner { id: 'b' }",
        "/field/a?tags=x | {} | id: 'a' inner {} tags: 'x'",
        "/field/a?inner.id=x | {\"deepNumber\":1} | id: 'a' inner { deep_number: 1 }", // set last
        "/scalar | \"text\" | id: 'text'",
        "/scalar?flag=true | \"text\" | id: 'text' flag: true",
        "/enum | \"GREEN\" | color: GREEN",
        "/test.Service/Empty | {} | ''",
      })
  void bodiesAreJson(String target, String body, String message) throws Exception {
    var query = target.indexOf('?');
    var path = query < 0 ? target : target.substring(0, query);
    var type = path.endsWith("Empty") ? EmptyProto.getDescriptor().getMessageTypes().get(0) : all();
    var built = built("POST", path, query < 0 ? null : target.substring(query + 1), JSON, body);
    assertThat(built).isEqualTo(message(type, message));
  }

  @Test
  void aVariableInTheFieldOfTheBodyIsSetInIt() throws Exception {
    assertThat(built("PATCH", "/patch/a", null, JSON, "{\"id\":\"b\",\"deepNumber\":3}"))
        .isEqualTo(message("inner { id: 'a' deep_number: 3 }"));
  }

  @ParameterizedTest
  @CsvSource({
    "application/json",
    "application/json; charset=utf-8",
    "application/json;charset=ISO-8859-1",
    "application/json; charset=utf-8; protocol=gRPC",
    "Application/JSON",
  })
  void theContentTypeIsJson(String contentType) throws Exception {
    assertThat(built("POST", "/whole/a", null, contentType, "{\"id\":\"é\"}"))
        .isEqualTo(message("id: 'a'"));
  }

  @ParameterizedTest
  @CsvSource({
    "text/json",
    "application/json; foo=bar",
    "application/x-www-form-urlencoded",
    "application/jsonx",
    "''",
  })
  void otherContentTypesAreRefused(String contentType) {
    for (var path : new String[] {"/whole/a", "/field/a"}) {
      assertThatThrownBy(() -> built("POST", path, null, contentType, "{}"))
          .hasMessage("content-type: " + contentType + " (expected: application/json)");
    }
    assertThatThrownBy(() -> built("POST", "/whole/a", null, null, "{}"))
        .hasMessage("content-type: none (expected: application/json)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | body: empty",
        "{ | body: JSON that ends too soon",
        "{} {} | body: malformed JSON at line 1 column 5",
        "{\"id\":\"a\"}x | body: malformed JSON at line 1 column 12",
        "{id:\"a\"} | body: malformed JSON at line 1 column 3",
        "{'id':'a'} | body: malformed JSON at line 1 column 3",
        "[] | body: Expect message object",
        "null | body: ",
        "{\"no\":1} | body: Cannot find field: no in message test.All",
        "{\"int32\":\"x\"} | body: Not an int32 value",
        "{\"uint64\":1e999999999} | body: Not an uint64 value", // at once
        "{\"id\":{}} | body: ",
        "{\"color\":\"BLUE\"} | body: Invalid enum value: BLUE",
        "{\"any\":{\"@type\":\"type.googleapis.com/test.Nowhere\"}} | body: Cannot resolve type",
      })
  void badBodiesAreNamed(String body, String problem) {
    assertThatThrownBy(() -> built("POST", "/whole/a", null, JSON, body))
        .isInstanceOf(Unbuildable.class)
        .hasMessageStartingWith(problem);
  }

  @Test
  void deepBodiesAreRefused() {
    var nested = "{\"more\":".repeat(10_000) + "{}" + "}".repeat(10_000);
    assertThatThrownBy(() -> built("POST", "/field/a", null, JSON, nested))
        .isInstanceOf(Unbuildable.class);
    var struct = "{\"struct\":{\"a\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}}";
    assertThatThrownBy(() -> built("POST", "/whole/a", null, JSON, struct))
        .isInstanceOf(Unbuildable.class);
  }

  @Test
  void aBodyThatIsNoTextIsRefused() {
    var found = found("POST", "/whole/a");
    assertThatThrownBy(
            () -> found.route().message(found.path(), null, JSON, new byte[] {'"', -1, '"'}))
        .hasMessage("body: not UTF-8");
  }

  @Test
  void aFieldThatIsABodyIsTakenAndGivenAsItIs() throws Exception {
    // When
    var built = built("POST", "/raw/a", null, "text/csv", "a,b");
    var reply = found("POST", "/raw/a").route().reply(built.toByteString());
    // Then
    assertThat(built).isEqualTo(message("id: 'a' file { content_type: 'text/csv' data: 'a,b' }"));
    assertThat(reply.contentType()).isEqualTo("text/csv");
    assertThat(reply.body().toStringUtf8()).isEqualTo("a,b");
  }

  @Test
  void theMessageIsItsCanonicalSerialization() throws Exception {
    var found = found("POST", "/whole/a");
    var body = "{\"tags\":[\"x\"],\"int32\":0,\"flag\":true}".getBytes(StandardCharsets.UTF_8);
    assertThat(found.route().message(found.path(), null, JSON, body))
        .isEqualTo(ByteString.copyFrom(new byte[] {10, 1, 'a', 64, 1, 98, 1, 'x'}));
  }

  // --- 7.4: replies

  @Test
  void repliesAreJsonWithDefaultsWithoutWhiteSpace() throws Exception {
    assertThat(printed("/query", "int_64: 7 data: '\\001' color: GREEN inner {} struct {}"))
        .isEqualTo(
            "{\"id\":\"\",\"int32\":0,\"int64\":\"7\",\"uint32\":0,\"uint64\":\"0\",\"real\":0.0,"
                + "\"precise\":0.0,\"flag\":false,\"data\":\"AQ==\",\"color\":\"GREEN\","
                + "\"inner\":{\"id\":\"\",\"deepNumber\":0},\"tags\":[],\"colors\":[],"
                + "\"inners\":[],\"struct\":{}}");
  }

  @Test
  void anAnyMayHoldEveryTypeOfTheFunction() throws Exception {
    var printed = printed("/query", "any { [type.googleapis.com/test.Elsewhere] { text: 'x' } }");
    assertThat(printed)
        .contains("\"any\":{\"@type\":\"type.googleapis.com/test.Elsewhere\",\"text\":\"x\"}");
  }

  @Test
  void anAnyOfAnotherTypeHasNoJson() {
    assertThatThrownBy(() -> printed("/query", "any { type_url: 'p.cloudstate.io/string' }"))
        .isInstanceOf(Route.Unprintable.class)
        .hasMessageStartingWith("reply of test.Service.Query cannot be shown as JSON");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "id | id: 'a' | \"a\"",
        "id | '' | \"\"",
        "int | int_64: 7 | \"7\"",
        "data | data: '\\001' | \"AQ==\"",
        "color | color: GREEN | \"GREEN\"",
        "inner | inner { id: 'a' } | {\"id\":\"a\",\"deepNumber\":0}",
        "inner | '' | {\"id\":\"\",\"deepNumber\":0}",
        "tags | tags: ['a', 'b'] | [\"a\",\"b\"]",
        "tags | '' | []",
        "inners | inners { id: 'a' } | [{\"id\":\"a\",\"deepNumber\":0}]",
        "perhaps | perhaps: 7 | 7",
        "perhaps | '' | null",
      })
  void aFieldOfTheReplyIsShownAsInTheWholeReply(String path, String reply, String json)
      throws Exception {
    assertThat(printed("/response/" + path, reply)).isEqualTo(json);
  }

  // --- the words above

  private static Match.Found<Route> found(String httpMethod, String path) {
    if (ROUTES.find(httpMethod, path) instanceof Match.Found<Route> found) {
      return found;
    }
    throw new AssertionError("no route: " + httpMethod + " " + path);
  }

  private static DynamicMessage built(
      String httpMethod,
      String path,
      @Nullable String query,
      @Nullable String contentType,
      String body)
      throws Exception {
    var found = found(httpMethod, path);
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    var input = found.route().target().method().descriptor().getInputType();
    return DynamicMessage.parseFrom(
        input, found.route().message(found.path(), query, contentType, bytes));
  }

  private static String printed(String path, String message) throws Exception {
    var reply = found("GET", path).route().reply(message(message).toByteString());
    assertThat(reply.contentType()).isNull();
    return reply.body().toStringUtf8();
  }

  private static Descriptor all() {
    return FILE.findMessageTypeByName("All");
  }

  private static DynamicMessage message(String text) throws Exception {
    return message(all(), text);
  }

  private static DynamicMessage message(Descriptor type, String text) throws Exception {
    var message = DynamicMessage.newBuilder(type);
    TextFormat.Parser.newBuilder()
        .setTypeRegistry(TypeRegistry.newBuilder().add(ELSEWHERE.getMessageTypes()).build())
        .build()
        .merge(text, message);
    return message.build();
  }
}
