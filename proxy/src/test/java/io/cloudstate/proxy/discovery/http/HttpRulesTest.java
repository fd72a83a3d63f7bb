package io.cloudstate.proxy.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.AnnotationsProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.TimestampProto;
import io.cloudstate.proxy.discovery.http.HttpBinding.FieldBody;
import io.cloudstate.proxy.discovery.http.HttpBinding.NoBody;
import io.cloudstate.proxy.discovery.http.HttpBinding.WholeBody;
import io.cloudstate.proxy.testing.TestProtos;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of spec/ingress.md 7.1, line by line. */
class HttpRulesTest {

  @Test
  void aMethodWithoutRuleGetsTheGeneratedOne() {
    var rules = HttpRules.of(method(""));
    assertThat(rules.mistakes()).isEmpty();
    assertThat(rules.bindings()).singleElement().hasToString("POST /test.Service/Call");
    assertThat(rules.bindings().get(0).body()).isEqualTo(new WholeBody());
  }

  @ParameterizedTest
  @CsvSource({"get,GET", "put,PUT", "post,POST", "delete,DELETE", "patch,PATCH"})
  void eachMethodOfHttpHasItsPattern(String pattern, String httpMethod) {
    assertThat(bindings(pattern + ": '/a'")).singleElement().hasToString(httpMethod + " /a");
  }

  @Test
  void aCustomPatternIsOfAnyMethod() {
    assertThat(bindings("custom { kind: '*' path: '/a' }")).singleElement().hasToString("* /a");
  }

  @Test
  void additionalBindingsInheritNothing() {
    // When
    var bindings =
        bindings(
            "post: '/a/{id}' body: '*' additional_bindings { get: '/b' response_body: 'id' }"
                + " additional_bindings { put: '/c' body: 'inner' }");
    // Then
    assertThat(bindings)
        .extracting(Object::toString)
        .containsExactly("POST /a/{id}", "GET /b", "PUT /c");
    assertThat(bindings.get(0).body()).isEqualTo(new WholeBody());
    assertThat(bindings.get(1).body()).isEqualTo(new NoBody());
    assertThat(bindings.get(1).responseBody()).hasToString("test.Response.id");
    assertThat(bindings.get(2).body())
        .isInstanceOfSatisfying(
            FieldBody.class, body -> assertThat(body.field()).hasToString("test.Request.inner"));
    assertThat(bindings.get(2).responseBody()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "get: '/{inner.id}'",
    "get: '/{color}'",
    "get: '/{at}'",
    "get: '/a' body: 'id'",
    "get: '/a' body: '*'",
    "delete: '/a' body: 'inner'",
    "selector: 'test.Service.Call' get: '/a'",
  })
  void whatTheReferenceCouldNotDoOrAcceptsIsNoMistake(String rule) {
    assertThat(HttpRules.of(method(rule)).mistakes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "selector: 'other' get: '/a' | HTTP API Config: Rule selector [other] must be empty or [test.Service.Call]",
        "body: '*' | HTTP API Config: Pattern missing for rule [body: \"*\"]!",
        "custom { kind: 'HEAD' path: '/a' } | HTTP API Config: Only Custom patterns with [*] kind supported but [HEAD] found!",
        "get: '/{no}' | HTTP API Config: Unknown field name [no] in type [test.Request] reference in path template for method [test.Service.Call]",
        "get: '/{inner.no}' | HTTP API Config: Unknown field name [inner.no] in type [test.Request] reference in path template for method [test.Service.Call]",
        "get: '/{id.no}' | HTTP API Config: Unknown field name [id.no] in type [test.Request] reference in path template for method [test.Service.Call]",
        "get: '/{tags}' | HTTP API Config: Repeated parameters [test.Request.tags] are not allowed as path variables",
        "get: '/{inners.id}' | HTTP API Config: Repeated parameters [test.Request.inners] are not allowed as path variables",
        "get: '/{inner}' | HTTP API Config: Message path parameters not supported!",
        "get: '/{id}/{id}' | Duplicate path in template at character 8 of '/{id}/{id}'",
        "post: '/a' body: 'no' | HTTP API Config: Body configured to [no] but that field does not exist on input type.",
        "post: '/a' body: 'tags' | HTTP API Config: Body configured to [tags] but that field is a repeated field.",
        "get: '/a' response_body: 'no' | HTTP API Config: Response body field [no] does not exist on type [test.Response]",
        "get: '/a' additional_bindings { get: '/b' additional_bindings { get: '/c' } } | HTTP API Config: Only one level of additionalBindings supported, but [get: \"/b\" additional_bindings { get: \"/c\" }] has more than one!",
        "get: 'a' | Template must start with a slash at character 1 of 'a'",
      })
  void eachMistakeHasItsText(String rule, String mistake) {
    assertThat(HttpRules.of(method(rule)).mistakes()).containsExactly(mistake);
  }

  @Test
  void aMistakeInAnAdditionalBindingIsFound() {
    assertThat(HttpRules.of(method("get: '/a' additional_bindings { get: '/{no}' }")).mistakes())
        .hasSize(1);
  }

  @Test
  void ofBindingsAlikeTheEarlierOneIsReported() {
    // Given
    var file =
        request("a.proto")
            .rpc("A", "Request", "Response", "get: '/a/{id}' additional_bindings { get: '/b' }")
            .rpc("B", "Request", "Response", "get: '/a/*'")
            .rpc("C", "Request", "Response", "get: '/a/c' additional_bindings { post: '/b' }")
            .build();
    // When
    var conflicts = RouteConflicts.among(file.getServices().get(0).getMethods());
    // Then
    assertThat(conflicts)
        .containsExactly(
            "HTTP API Config: GET /a/* of [test.Service.B] takes the same requests as GET /a/{id} of"
                + " [test.Service.A], which is never reached");
  }

  private static List<HttpBinding> bindings(String rule) {
    var rules = HttpRules.of(method(rule));
    assertThat(rules.mistakes()).isEmpty();
    return rules.bindings();
  }

  private static MethodDescriptor method(String rule) {
    FileDescriptor file = request("service.proto").rpc("Call", "Request", "Response", rule).build();
    return file.getServices().get(0).getMethods().get(0);
  }

  private static TestProtos request(String name) {
    return TestProtos.file(name, AnnotationsProto.getDescriptor(), TimestampProto.getDescriptor())
        .enumeration("Color", "RED", "GREEN")
        .message("Inner", "string id")
        .message("Response", "string id")
        .message(
            "Request",
            "string id",
            "Color color",
            "Inner inner",
            "repeated string tags",
            "repeated Inner inners",
            ".google.protobuf.Timestamp at");
  }
}
