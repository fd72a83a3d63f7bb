package io.cloudstate.proxy.ingress.transcoding;

import io.cloudstate.proxy.discovery.http.HttpBinding;
import io.cloudstate.proxy.discovery.http.PathTemplate;
import io.cloudstate.proxy.discovery.http.PathTemplate.Literal;
import io.cloudstate.proxy.discovery.http.PathTemplate.Rest;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Routes by path and HTTP method, one node per segment of their templates. Of several that match,
 * the most specific one is found: from left to right a literal comes before {@code *}, and that
 * before {@code **}; a template with a verb before one without; a method before any method. Of
 * routes alike the last one is found. Not to be changed once it is searched; a search visits each
 * node twice at most.
 *
 * @param <R> what is found
 */
final class RouteTree<R> {

  /** What came of a search. */
  sealed interface Match<R> {

    /**
     * The route.
     *
     * @param path as the route's template divides it
     */
    record Found<R>(R route, RequestPath path) implements Match<R> {}

    /**
     * The path is known, the method not.
     *
     * @param allowed methods the path is known with; empty if it is not
     */
    record Missed<R>(SortedSet<String> allowed) implements Match<R> {}
  }

  private final Node<R> root = new Node<>();

  void add(HttpBinding binding, R route) {
    var node = root;
    var template = binding.template();
    for (var segment : template.segments()) {
      node = node.child(segment);
    }
    node.byVerb
        .computeIfAbsent(verb(template), verb -> new HashMap<>())
        .put(binding.httpMethod(), route);
  }

  private static String verb(PathTemplate template) {
    return template.verb() == null ? "" : template.verb();
  }

  /**
   * Finds the route of a request.
   *
   * @param rawPath begins with a slash
   */
  Match<R> find(String httpMethod, String rawPath) {
    var allowed = new TreeSet<String>();
    var withVerb = RequestPath.withVerb(rawPath);
    if (withVerb != null) {
      var route = find(root, withVerb, 0, httpMethod, allowed);
      if (route != null) {
        return new Match.Found<>(route, withVerb);
      }
    }
    var path = RequestPath.of(rawPath);
    if (path != null) {
      var route = find(root, path, 0, httpMethod, allowed);
      if (route != null) {
        return new Match.Found<>(route, path);
      }
    }
    return new Match.Missed<>(allowed);
  }

  private @Nullable R find(
      Node<R> node, RequestPath path, int at, String httpMethod, Collection<String> allowed) {
    if (at == path.segments().size()) {
      return node.route(path.verb(), httpMethod, allowed);
    }
    var literal = node.literals.get(path.segments().get(at));
    var route = literal == null ? null : find(literal, path, at + 1, httpMethod, allowed);
    if (route == null && node.any != null) {
      route = find(node.any, path, at + 1, httpMethod, allowed);
    }
    if (route == null && node.rest != null) {
      route = node.rest.route(path.verb(), httpMethod, allowed);
    }
    return route;
  }

  private static final class Node<R> {

    private final Map<String, Node<R>> literals = new HashMap<>();
    private final Map<String, Map<String, R>> byVerb = new HashMap<>(); // then by HTTP method
    private @Nullable Node<R> any;
    private @Nullable Node<R> rest;

    Node<R> child(PathTemplate.Segment segment) {
      if (segment instanceof Literal literal) {
        return literals.computeIfAbsent(literal.text(), text -> new Node<>());
      }
      if (segment instanceof Rest) {
        var known = rest == null ? new Node<R>() : rest;
        rest = known;
        return known;
      }
      var known = any == null ? new Node<R>() : any;
      any = known;
      return known;
    }

    @Nullable R route(@Nullable String verb, String httpMethod, Collection<String> allowed) {
      var byMethod = byVerb.get(verb == null ? "" : verb);
      if (byMethod == null) {
        return null;
      }
      var route = byMethod.get(httpMethod);
      if (route == null) {
        route = byMethod.get(HttpBinding.ANY_METHOD);
      }
      if (route == null) {
        allowed.addAll(byMethod.keySet());
      }
      return route;
    }
  }
}
