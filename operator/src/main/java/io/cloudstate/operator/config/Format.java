package io.cloudstate.operator.config;

import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The values a setting may have.
 *
 * @param expected the end of a sentence that starts with "expected: "
 * @param parser gives the value, or empty for a text that is none
 */
record Format<T>(String expected, Function<String, Optional<T>> parser) {

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "ms", ChronoUnit.MILLIS,
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS,
          "d", ChronoUnit.DAYS);
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern SUBDOMAIN =
      Pattern.compile(
          "(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");
  private static final Pattern IMAGE = Pattern.compile("[a-z0-9][\\w.:/@-]*");

  Optional<T> parse(String text) {
    return parser.apply(text);
  }

  static Format<Boolean> flag() {
    return new Format<>(
        "true or false",
        text ->
            text.equals("true") || text.equals("false")
                ? Optional.of(text.equals("true"))
                : Optional.empty());
  }

  static Format<Integer> between(int min, int max) {
    return whole("a whole number from " + min + " to " + max, min, max);
  }

  static Format<Integer> port() {
    return whole("a port from 0 to 65535", 0, 65535);
  }

  private static Format<Integer> whole(String expected, int min, int max) {
    return new Format<>(
            expected, matching(Pattern.compile("[0-9]{1,9}")).andThen(o -> o.map(Integer::valueOf)))
        .where(value -> value >= min && value <= max);
  }

  static Format<Duration> duration(Duration min, Duration max) {
    return new Format<>(
            "a duration from %s to %s, such as 30s, 5m or 90d".formatted(text(min), text(max)),
            Format::parseDuration)
        .where(value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0);
  }

  private static Optional<Duration> parseDuration(String text) {
    var matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    var unit = UNITS.get(matcher.group(2));
    return unit == null
        ? Optional.empty()
        : Optional.of(Duration.of(Long.parseLong(matcher.group(1)), unit));
  }

  private static String text(Duration duration) {
    if (duration.toDays() > 0) {
      return duration.toDays() + "d";
    }
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }

  /** A namespace or a Service. */
  static Format<String> label() {
    return new Format<>(
        "a name of small letters, digits and -, of 63 characters at most", matching(LABEL));
  }

  /** Any other object. */
  static Format<String> objectName() {
    return new Format<>(
        "a name of small letters, digits, - and ., of 253 characters at most", matching(SUBDOMAIN));
  }

  static Format<String> image() {
    return new Format<>("an image, such as registry.example/cloudstate-proxy:1.0", matching(IMAGE));
  }

  static Format<Path> directory() {
    return new Format<>(
        "an absolute path",
        text -> text.startsWith("/") ? Optional.of(Path.of(text)) : Optional.empty());
  }

  /** Any number of them, with commas between. */
  static <T> Format<Set<T>> setOf(Format<T> element) {
    return new Format<>(
        element.expected() + "; none or several with commas between",
        text -> {
          var values = new LinkedHashSet<T>();
          for (var part : text.isBlank() ? new String[0] : text.split(",", -1)) {
            var value = element.parse(part.strip());
            if (value.isEmpty()) {
              return Optional.empty();
            }
            value.ifPresent(values::add);
          }
          return Optional.of(values);
        });
  }

  static <E extends Enum<E>> Format<E> oneOf(Class<E> type) {
    var names =
        Arrays.stream(type.getEnumConstants())
            .collect(Collectors.toMap(Format::nameOf, Function.identity()));
    return new Format<>(
        "one of "
            + Arrays.stream(type.getEnumConstants())
                .map(Format::nameOf)
                .collect(Collectors.joining(", ")),
        text -> Optional.ofNullable(names.get(text)));
  }

  static Format<String> oneOf(String... values) {
    return new Format<>(
        "one of " + String.join(", ", values),
        text -> Arrays.asList(values).contains(text) ? Optional.of(text) : Optional.empty());
  }

  private static String nameOf(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Function<String, Optional<String>> matching(Pattern pattern) {
    return text -> pattern.matcher(text).matches() ? Optional.of(text) : Optional.empty();
  }

  private Format<T> where(Predicate<T> condition) {
    return new Format<>(expected, text -> parser.apply(text).filter(condition));
  }
}
