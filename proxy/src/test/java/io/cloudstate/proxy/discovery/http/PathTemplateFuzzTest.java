package io.cloudstate.proxy.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.proxy.testing.Fuzzing;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every text is a template or malformed, and says where. */
class PathTemplateFuzzTest {

  private static final List<byte[]> GOOD =
      Stream.of("/a/{x}/{y.z=b/*/c}/{w=**}", "/a/*/**:verb", "/", "/{id}", "/v1/{a_b=x/*}:c")
          .map(text -> text.getBytes(StandardCharsets.UTF_8))
          .toList();

  @Test
  void everyTextIsATemplateOrMalformed() {
    Fuzzing.check(
        GOOD,
        (input, random) -> {
          try {
            var text = new String(input, StandardCharsets.ISO_8859_1);
            assertThat(PathTemplateParser.parse(text).shape()).startsWith("/");
          } catch (PathTemplateParser.Malformed e) {
            assertThat(e.getMessage()).isNotEmpty();
          }
        });
  }
}
