package io.cloudstate.proxy.eventing;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A content type taken apart; type, subtype and names of parameters in lower case.
 *
 * @param parameters values as written, without the quotes around them
 */
record MediaType(String type, String subtype, Map<String, String> parameters) {

  private static final String TOKEN_END = "()<>@,;:\\\"/[]?={} \t";

  MediaType {
    parameters = Map.copyOf(parameters);
  }

  /** Empty if the text is none. */
  static Optional<MediaType> parse(String text) {
    var parts = text.split(";", -1);
    var names = parts[0].strip().split("/", -1);
    if (names.length != 2 || !isToken(names[0]) || !isToken(names[1])) {
      return Optional.empty();
    }
    var parameters = new LinkedHashMap<String, String>();
    for (var i = 1; i < parts.length; i++) {
      if (parts[i].isBlank()) {
        continue;
      }
      var equals = parts[i].indexOf('=');
      if (equals < 0 || !isToken(parts[i].substring(0, equals).strip())) {
        return Optional.empty();
      }
      var name = lower(parts[i].substring(0, equals).strip());
      parameters.putIfAbsent(name, unquoted(parts[i].substring(equals + 1).strip()));
    }
    return Optional.of(new MediaType(lower(names[0]), lower(names[1]), parameters));
  }

  boolean is(String wantedType, String wantedSubtype) {
    return type.equals(wantedType) && subtype.equals(wantedSubtype);
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
  }

  private static boolean isToken(String text) {
    return !text.isEmpty()
        && text.chars().allMatch(c -> c > ' ' && c < 127 && TOKEN_END.indexOf(c) < 0);
  }

  private static String unquoted(String value) {
    var isQuoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return isQuoted ? value.substring(1, value.length() - 1) : value;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
