package io.cloudstate.proxy.discovery.http;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One way to call a method by HTTP.
 *
 * @param httpMethod in capitals, or {@link #ANY_METHOD}
 * @param variables the fields of the template's variables, in its order
 * @param body what the body of a request is
 * @param responseBody the field of the output that is the body of the response; null: all of it
 */
public record HttpBinding(
    String httpMethod,
    PathTemplate template,
    List<FieldPath> variables,
    Body body,
    @Nullable FieldDescriptor responseBody) {

  /** Takes requests of every HTTP method. */
  public static final String ANY_METHOD = "*";

  public HttpBinding {
    variables = List.copyOf(variables);
  }

  /** What the body of a request is. */
  public sealed interface Body {}

  /** Nothing; fields come from the query. */
  public record NoBody() implements Body {}

  /** The whole input; the query is ignored. */
  public record WholeBody() implements Body {}

  /** One field of the input; others come from the query. */
  public record FieldBody(FieldDescriptor field) implements Body {}

  /**
   * The way to a field.
   *
   * @param fields from the input inwards; all but the last are singular messages
   */
  public record FieldPath(List<FieldDescriptor> fields) {

    public FieldPath {
      fields = List.copyOf(fields);
    }

    public FieldDescriptor last() {
      return fields.get(fields.size() - 1);
    }
  }

  @Override
  public String toString() {
    return httpMethod + " " + template.text();
  }
}
