package io.cloudstate.proxy.ingress.transcoding;

import io.cloudstate.proxy.discovery.MethodDefinition;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.discovery.http.HttpBinding;
import io.cloudstate.proxy.discovery.http.HttpBinding.WholeBody;
import io.cloudstate.proxy.discovery.http.PathTemplate;
import io.cloudstate.proxy.discovery.http.PathTemplate.Literal;
import java.util.List;

/**
 * The form on the documentation page in which a method is called: it sends the input as JSON to a
 * path of its own, by which the method is called whatever its rules are, and which is no path that
 * clients would rely on.
 */
public final class MethodForm {

  private static final String DOCS = "docs";
  private static final String CALLS = "calls";

  private MethodForm() {}

  /** The page shows an answer when all of it is there; a stream need not ever end. */
  public static boolean isFor(MethodDefinition method) {
    return !method.descriptor().isServerStreaming();
  }

  /** Where the form sends what is filled in. */
  public static String path(ServiceDefinition service, MethodDefinition method) {
    return "/%s/%s/%s/%s".formatted(DOCS, CALLS, service.name(), method.name());
  }

  static HttpBinding binding(ServiceDefinition service, MethodDefinition method) {
    var segments =
        List.<PathTemplate.Segment>of(
            new Literal(DOCS),
            new Literal(CALLS),
            new Literal(service.name()),
            new Literal(method.name()));
    var template = new PathTemplate(path(service, method), segments, List.of(), null);
    return new HttpBinding("POST", template, List.of(), new WholeBody(), null);
  }
}
