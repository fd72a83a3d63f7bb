package io.cloudstate.proxy.discovery.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The path of a binding, taken apart (spec/ingress.md 7.2).
 *
 * @param text as its author wrote it
 * @param segments what stands between the slashes; at least one
 * @param variables which segments are whose value
 * @param verb what follows the last colon, or null
 */
public record PathTemplate(
    String text, List<Segment> segments, List<Variable> variables, @Nullable String verb) {

  public PathTemplate {
    segments = List.copyOf(segments);
    variables = List.copyOf(variables);
  }

  /** What one place between two slashes matches. */
  public sealed interface Segment {}

  /**
   * Itself alone.
   *
   * @param text without percent-encoding
   */
  public record Literal(String text) implements Segment {}

  /** One segment, whatever it is. */
  public record Any() implements Segment {}

  /** All that follows, slashes included; always the last one. */
  public record Rest() implements Segment {}

  /**
   * A field whose value stands in the path.
   *
   * @param fieldPath its dotted name
   * @param from its first segment
   * @param to after its last segment
   */
  public record Variable(String fieldPath, int from, int to) {}

  /** Whether the last segment matches all that follows. */
  public boolean hasRest() {
    return segments.get(segments.size() - 1) instanceof Rest;
  }

  /** Equal for templates that match the same paths. */
  public String shape() {
    var shape = new StringBuilder();
    for (var segment : segments) {
      shape.append('/');
      if (segment instanceof Literal literal) {
        shape.append('=').append(literal.text());
      } else {
        shape.append(segment instanceof Rest ? "**" : "*");
      }
    }
    return verb == null ? shape.toString() : shape.append(':').append(verb).toString();
  }
}
