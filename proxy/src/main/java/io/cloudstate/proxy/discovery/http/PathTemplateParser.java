package io.cloudstate.proxy.discovery.http;

import io.cloudstate.proxy.discovery.http.PathTemplate.Any;
import io.cloudstate.proxy.discovery.http.PathTemplate.Literal;
import io.cloudstate.proxy.discovery.http.PathTemplate.Rest;
import io.cloudstate.proxy.discovery.http.PathTemplate.Segment;
import io.cloudstate.proxy.discovery.http.PathTemplate.Variable;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a path template (spec/ingress.md 7.2):
 *
 * <pre>
 *   template  = "/" segments [ ":" verb ]
 *   segments  = segment { "/" segment }
 *   segment   = "*" | "**" | "{" field path [ "=" segments ] "}" | literal
 * </pre>
 *
 * A segment is wholly one of these; a literal may be empty and holds none of {@code * { } / :} and
 * no line feed.
 */
final class PathTemplateParser {

  /** What is wrong with a template. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    private Malformed(String problem) {
      super(problem);
    }
  }

  private static final char END = '\n'; // a literal has no line feed either
  private static final String NOT_IN_LITERALS = "*{}/:\n";

  private final String template;
  private final List<Segment> segments = new ArrayList<>();
  private final List<Variable> variables = new ArrayList<>();
  private final Set<String> fieldPaths = new HashSet<>();
  private int at;

  private PathTemplateParser(String template) {
    this.template = template;
  }

  /** Reads the template, or says what is wrong with it and where. */
  static PathTemplate parse(String template) throws Malformed {
    return new PathTemplateParser(template).parse();
  }

  private PathTemplate parse() throws Malformed {
    if (peek() != '/') {
      throw malformed("Template must start with a slash");
    }
    at++;
    readSegments(false);
    var verb = readVerb();
    if (at < template.length()) {
      throw malformed(
          segments.get(segments.size() - 1) instanceof Rest && peek() == '/'
              ? "** must be the last segment"
              : "Unexpected '%s', a segment is wholly a literal, a wildcard or a variable"
                  .formatted(peek()));
    }
    return new PathTemplate(template, segments, variables, verb);
  }

  private void readSegments(boolean isInVariable) throws Malformed {
    readSegment(isInVariable);
    while (peek() == '/' && !(segments.get(segments.size() - 1) instanceof Rest)) {
      at++;
      readSegment(isInVariable);
    }
  }

  private void readSegment(boolean isInVariable) throws Malformed {
    switch (peek()) {
      case '{' -> {
        if (isInVariable) {
          throw malformed("Variables must not be nested");
        }
        readVariable();
      }
      case '*' -> readWildcard();
      default -> segments.add(new Literal(decoded(readLiteral())));
    }
  }

  private void readWildcard() {
    at++;
    if (peek() == '*') {
      at++;
      segments.add(new Rest());
    } else {
      segments.add(new Any());
    }
  }

  private void readVariable() throws Malformed {
    at++;
    var start = at;
    var fieldPath = readFieldPath();
    var from = segments.size();
    if (peek() == '=') {
      at++;
      readSegments(true);
    } else {
      segments.add(new Any());
    }
    if (peek() != '}') {
      throw malformed("Unclosed variable [%s], expected '}'".formatted(fieldPath));
    }
    at++;
    if (!fieldPaths.add(fieldPath)) {
      at = start;
      throw malformed("Duplicate path in template");
    }
    variables.add(new Variable(fieldPath, from, segments.size()));
  }

  private String readFieldPath() throws Malformed {
    var start = at;
    readIdentifier();
    while (peek() == '.') {
      at++;
      readIdentifier();
    }
    return template.substring(start, at);
  }

  private void readIdentifier() throws Malformed {
    if (!isLetter(peek())) {
      throw malformed("Expected the name of a field, which begins with a letter");
    }
    while (isLetter(peek()) || isDigit(peek()) || peek() == '_') {
      at++;
    }
  }

  private @Nullable String readVerb() throws Malformed {
    if (peek() != ':') {
      return null;
    }
    at++;
    var verb = readLiteral();
    if (verb.isEmpty()) {
      throw malformed("Expected a verb");
    }
    return verb;
  }

  private String readLiteral() {
    var start = at;
    while (at < template.length() && NOT_IN_LITERALS.indexOf(template.charAt(at)) < 0) {
      at++;
    }
    return template.substring(start, at);
  }

  /** Authors write literals with percent-encoding or without; a plus sign is one. */
  private String decoded(String literal) throws Malformed {
    if (literal.indexOf('%') < 0) {
      return literal;
    }
    try {
      return URLDecoder.decode(literal.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      at -= literal.length();
      throw malformed("Malformed percent-encoding in [%s]".formatted(literal));
    }
  }

  private char peek() {
    return at < template.length() ? template.charAt(at) : END;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private Malformed malformed(String problem) {
    return new Malformed(
        at < template.length()
            ? "%s at character %d of '%s'".formatted(problem, at + 1, template)
            : "%s at end of input of '%s'".formatted(problem, template));
  }
}
