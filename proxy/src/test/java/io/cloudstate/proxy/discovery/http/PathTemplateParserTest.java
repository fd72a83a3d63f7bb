package io.cloudstate.proxy.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudstate.proxy.discovery.http.PathTemplate.Variable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathTemplateParserTest {

  @ParameterizedTest
  @CsvSource({
    "/, /=",
    "/a/b, /=a/=b",
    "/a/, /=a/=",
    "/a/*/b, /=a/*/=b",
    "/a/**, /=a/**",
    "/{x}, /*",
    "/{x=a/*}/b, /=a/*/=b",
    "/{x=**}, /**",
    "/{a.b_1.c}, /*",
    "/a:verb, /=a:verb",
    "/{x}:verb, /*:verb",
    "/{x=**}:verb, /**:verb",
    "/a%20b, /=a b",
    "/a+b, /=a+b",
    "/a%2Bb+c, /=a+b+c",
  })
  void everyElementOfTheGrammarIsRead(String template, String shape) throws Exception {
    assertThat(PathTemplateParser.parse(template).shape()).isEqualTo(shape);
  }

  @Test
  void variablesKnowTheirSegments() throws Exception {
    assertThat(PathTemplateParser.parse("/a/{x}/{y.z=b/*/c}/{w=**}").variables())
        .containsExactly(
            new Variable("x", 1, 2), new Variable("y.z", 2, 5), new Variable("w", 5, 6));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''            | Template must start with a slash at end of input of ''",
        "foo           | Template must start with a slash at character 1 of 'foo'",
        "/f*o          | Unexpected '*', a segment is wholly a literal, a wildcard or a variable at character 3 of '/f*o'",
        "/*a           | Unexpected 'a', a segment is wholly a literal, a wildcard or a variable at character 3 of '/*a'",
        "/{id}.html    | Unexpected '.', a segment is wholly a literal, a wildcard or a variable at character 6 of '/{id}.html'",
        "/a}           | Unexpected '}', a segment is wholly a literal, a wildcard or a variable at character 3 of '/a}'",
        "/a:b:c        | Unexpected ':', a segment is wholly a literal, a wildcard or a variable at character 5 of '/a:b:c'",
        "/a:b/c        | Unexpected '/', a segment is wholly a literal, a wildcard or a variable at character 5 of '/a:b/c'",
        "/a:           | Expected a verb at end of input of '/a:'",
        "/**/a         | ** must be the last segment at character 4 of '/**/a'",
        "/{x=**/a}     | Unclosed variable [x], expected '}' at character 7 of '/{x=**/a}'",
        "/{x=**}/a     | ** must be the last segment at character 8 of '/{x=**}/a'",
        "/{x           | Unclosed variable [x], expected '}' at end of input of '/{x'",
        "/{x=a         | Unclosed variable [x], expected '}' at end of input of '/{x=a'",
        "/{x=a/{y}}    | Variables must not be nested at character 7 of '/{x=a/{y}}'",
        "/{}           | Expected the name of a field, which begins with a letter at character 3 of '/{}'",
        "/{1}          | Expected the name of a field, which begins with a letter at character 3 of '/{1}'",
        "/{a.}         | Expected the name of a field, which begins with a letter at character 5 of '/{a.}'",
        "/{a-b}        | Unclosed variable [a], expected '}' at character 4 of '/{a-b}'",
        "/{x}/b/{x}    | Duplicate path in template at character 9 of '/{x}/b/{x}'",
        "/a%2          | Malformed percent-encoding in [a%2] at character 2 of '/a%2'",
      })
  void whatIsWrongIsNamedWithItsPlace(String template, String problem) {
    assertThatThrownBy(() -> PathTemplateParser.parse(template))
        .isInstanceOf(PathTemplateParser.Malformed.class)
        .hasMessage(problem);
  }
}
