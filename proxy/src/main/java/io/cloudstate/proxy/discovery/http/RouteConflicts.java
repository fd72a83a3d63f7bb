package io.cloudstate.proxy.discovery.http;

import com.google.protobuf.Descriptors.MethodDescriptor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Bindings that take the same requests. Of them the last one counts, as in the reference; the
 * others are never reached. Templates that overlap without being alike are no conflict: of those
 * the more specific one counts.
 */
public final class RouteConflicts {

  private RouteConflicts() {}

  /** One text for each binding that is never reached, in the order of the methods. */
  public static List<String> among(Collection<MethodDescriptor> methods) {
    var last = new LinkedHashMap<String, String>();
    var conflicts = new ArrayList<String>();
    for (var method : methods) {
      for (var binding : HttpRules.of(method).bindings()) {
        var here = "%s of [%s]".formatted(binding, method.getFullName());
        var before = last.put(binding.httpMethod() + " " + binding.template().shape(), here);
        if (before != null) {
          conflicts.add(
              "HTTP API Config: %s takes the same requests as %s, which is never reached"
                  .formatted(here, before));
        }
      }
    }
    return conflicts;
  }
}
