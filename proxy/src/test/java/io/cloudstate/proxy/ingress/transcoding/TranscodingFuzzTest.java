package io.cloudstate.proxy.ingress.transcoding;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.proxy.ingress.transcoding.RouteTree.Match;
import io.cloudstate.proxy.testing.Fuzzing;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every request by HTTP becomes a message or is told what is wrong with it; nothing throws. */
class TranscodingFuzzTest {

  private static final String JSON = "application/json";
  private static final byte[] NO_BODY = {};

  @Test
  void everyBodyIsAMessageOrUnbuildable() {
    Fuzzing.check(
        good(
            "{}",
            "{\"id\":\"b\",\"int32\":1,\"int64\":\"2\",\"uint_64\":3}",
            "{\"color\":\"GREEN\",\"colors\":[1,\"RED\"],\"flag\":false,\"perhaps\":0}",
            "{\"at\":\"2020-01-02T03:04:05Z\",\"wrapped\":\"4\"}",
            "{\"any\":{\"@type\":\"type.googleapis.com/test.Elsewhere\",\"text\":\"x\"}}",
            "{\"inner\":{\"inner\":{\"id\":\"\\u00fc\",\"deepNumber\":1e400}}}",
            "\"text\""),
        (input, random) -> {
          for (var path : List.of("/whole/a", "/field/a", "/scalar", "/enum")) {
            request("POST", path, null, input);
          }
        });
  }

  @Test
  void everyQueryIsAMessageOrUnbuildable() {
    Fuzzing.check(
        good(
            "int_32=1&int64=-2&uint_64=18446744073709551615",
            "color=GREEN&colors=RED&colors=1&tags=a&tags=%C3%BC+b",
            "inner.deepNumber=1&inner.id=x&at=2020-01-02T03:04:05Z&wrapped=4",
            "flag=TRUE&perhaps=0&a&=&&%"),
        (input, random) ->
            request("POST", "/field/a", latin(input), "{}".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void everyPathIsARouteOrNone() {
    Fuzzing.check(
        good("/whole/a", "/field/%C3%BC%2F:+", "/scalar", "/test.Service/Empty", "/response/inner"),
        (input, random) -> {
          request("GET", "/" + latin(input), null, NO_BODY);
          request("POST", "/" + latin(input), null, "{}".getBytes(StandardCharsets.UTF_8));
          request("PATCH", "/patch/" + latin(input), null, "{}".getBytes(StandardCharsets.UTF_8));
        });
  }

  private static void request(String method, String path, @Nullable String query, byte[] body) {
    if (TranscodingTest.ROUTES.find(method, path) instanceof Match.Found<Route> found) {
      try {
        assertThat(found.route().message(found.path(), query, JSON, body)).isNotNull();
      } catch (Unbuildable e) {
        assertThat(e.problem()).isNotEmpty();
      }
    }
  }

  private static List<byte[]> good(String... texts) {
    return Stream.of(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
  }

  private static String latin(byte[] input) {
    return new String(input, StandardCharsets.ISO_8859_1);
  }
}
