package io.cloudstate.operator.crd;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was given, or else what a schema says in its place. Maps keep their order. */
final class Given {

  private Given() {}

  static <T> T or(@Nullable T given, T otherwise) {
    return given == null ? otherwise : given;
  }

  static <T> List<T> list(@Nullable List<T> given) {
    return given == null ? List.of() : List.copyOf(given);
  }

  static Map<String, String> map(@Nullable Map<String, String> given) {
    return given == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(given));
  }
}
