package io.cloudstate.operator.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which objects a list or watch is about. */
final class Selector {

  private static final Pattern COMMA = Pattern.compile(",(?![^(]*\\))");
  private static final Pattern IN = Pattern.compile("(\\S+)\\s+(in|notin)\\s+\\(([^)]*)\\)");

  private Selector() {}

  static Predicate<JsonNode> of(@Nullable String labels, @Nullable String fields) {
    Predicate<JsonNode> selector = object -> true;
    for (var term : terms(labels)) {
      selector = selector.and(label(term));
    }
    for (var term : terms(fields)) {
      selector = selector.and(field(term));
    }
    return selector;
  }

  private static List<String> terms(@Nullable String selector) {
    return selector == null || selector.isBlank()
        ? List.of()
        : Arrays.stream(COMMA.split(selector)).map(String::strip).toList();
  }

  private static Predicate<JsonNode> label(String term) {
    var set = IN.matcher(term);
    if (set.matches()) {
      var values = Arrays.stream(set.group(3).split(",", -1)).map(String::strip).toList();
      Predicate<JsonNode> in = object -> values.contains(label(object, set.group(1)));
      return set.group(2).equals("in") ? in : in.negate();
    }
    var comparison = comparison(term);
    if (comparison != null) {
      return comparison.on(object -> label(object, comparison.name()));
    }
    return term.startsWith("!")
        ? object -> label(object, term.substring(1)) == null
        : object -> label(object, term) != null;
  }

  private static @Nullable String label(JsonNode object, String name) {
    var value = object.path("metadata").path("labels").get(name);
    return value == null ? null : value.asText();
  }

  private static Predicate<JsonNode> field(String term) {
    var comparison = comparison(term);
    if (comparison == null) {
      throw new ApiError(400, "BadRequest", "field selector: " + term);
    }
    return comparison.on(object -> object.at("/" + comparison.name().replace('.', '/')).asText());
  }

  private record Comparison(String name, boolean isEqual, String value) {
    Predicate<JsonNode> on(java.util.function.Function<JsonNode, @Nullable String> read) {
      return object -> value.equals(read.apply(object)) == isEqual;
    }
  }

  private static @Nullable Comparison comparison(String term) {
    for (var operator : List.of("!=", "==", "=")) {
      var at = term.indexOf(operator);
      if (at > 0) {
        return new Comparison(
            term.substring(0, at).strip(),
            !operator.equals("!="),
            term.substring(at + operator.length()).strip());
      }
    }
    return null;
  }
}
