package io.cloudstate.proxy.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueFactory;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The values a setting may have. Everything is read from text, wherever it came from, so that a
 * value means the same in a file, a system property and an environment variable.
 *
 * @param expected the end of a sentence that starts with "expected: "
 * @param isSecret whether values must never be shown
 * @param parser gives the value, or empty for a text that is none; may throw {@link
 *     IllegalArgumentException} or {@link ConfigException} instead
 */
record SettingType<T>(String expected, boolean isSecret, Function<String, Optional<T>> parser) {

  // Akka's scheduler refuses delays of more than about 248 days, and only when they are used.
  private static final Duration MAX_DURATION = Duration.ofDays(100);

  private static final Pattern HOST = Pattern.compile("[\\p{Alnum}._:%-]+");

  private static final Pattern LABEL = Pattern.compile("[\\p{Alnum}._/-]+");

  static SettingType<Boolean> flag() {
    return of("true or false", text -> hocon(text).getBoolean("value"));
  }

  /** Any text but the empty one. */
  static SettingType<String> text() {
    return of("a text that is not empty", Function.identity()).where(text -> !text.isEmpty());
  }

  /** Any text but the empty one, never shown. */
  static SettingType<String> secret() {
    var text = text();
    return new SettingType<>(text.expected(), true, text.parser());
  }

  static SettingType<Integer> atLeast(int min) {
    return of("a whole number from " + min + " to 2147483647", Integer::parseInt)
        .where(value -> value >= min);
  }

  static SettingType<Integer> port(int min) {
    return of("a port from " + min + " to 65535", Integer::parseInt)
        .where(value -> value >= min && value <= 65535);
  }

  static SettingType<Double> number(int min, int max) {
    return of("a number from " + min + " to " + max, text -> new BigDecimal(text).doubleValue())
        .where(value -> value >= min && value <= max);
  }

  /** A size in bytes that fits an array. */
  static SettingType<Integer> size() {
    return of("a size from 1 byte to 2147483647 bytes, such as 4M", SettingType::bytes)
        .where(bytes -> bytes >= 1 && bytes <= Integer.MAX_VALUE)
        .map(Math::toIntExact);
  }

  static SettingType<Duration> duration() {
    return of("a duration from 0s to 100d, such as 30s", SettingType::parseDuration)
        .where(value -> !value.isNegative() && value.compareTo(MAX_DURATION) <= 0);
  }

  static SettingType<Duration> positiveDuration() {
    return of("a duration above 0s, up to 100d, such as 30s", SettingType::parseDuration)
        .where(value -> value.compareTo(Duration.ZERO) > 0 && value.compareTo(MAX_DURATION) <= 0);
  }

  /** A file that becomes part of a JDBC URL, in which a semicolon would end it. */
  static SettingType<Path> file() {
    return of("a path without ';'", Path::of)
        .where(path -> !path.toString().isEmpty() && path.toString().indexOf(';') < 0);
  }

  /** A file that is there and can be read. */
  static SettingType<Path> readableFile() {
    return of("a file that can be read", Path::of)
        .where(path -> Files.isRegularFile(path) && Files.isReadable(path));
  }

  /** A name or address, without anything that could be more than that in a URL. */
  static SettingType<String> host() {
    return of("a host name or address", Function.identity())
        .where(text -> HOST.matcher(text).matches());
  }

  /** Names or addresses with ports, separated by commas; may be none. */
  static SettingType<List<NodeAddress>> addresses() {
    return of("addresses such as 10.0.0.1:25520, separated by commas", NodeAddress::parseAll);
  }

  /** A label of Kubernetes, or the value of one: nothing that a selector would read as more. */
  static SettingType<String> label() {
    return of("letters, digits and any of . _ - /", Function.identity())
        .where(text -> LABEL.matcher(text).matches());
  }

  /** Nothing, or a value of that type. */
  static <T> SettingType<Optional<T>> optional(SettingType<T> type) {
    return new SettingType<>(
        type.expected() + ", or nothing",
        type.isSecret(),
        text -> {
          var value = type.parse(text);
          return text.isEmpty() || value.isPresent() ? Optional.of(value) : Optional.empty();
        });
  }

  /** One of an enum's constants, written like {@code in-memory}. */
  static <E extends Enum<E>> SettingType<E> oneOf(Class<E> type) {
    Map<String, E> byName =
        Arrays.stream(type.getEnumConstants())
            .collect(Collectors.toMap(SettingType::nameOf, Function.identity()));
    var names =
        Arrays.stream(type.getEnumConstants())
            .map(SettingType::nameOf)
            .collect(Collectors.joining(", "));
    return new SettingType<>(
        "one of " + names, false, text -> Optional.ofNullable(byName.get(text)));
  }

  /** The value a text stands for, or empty if it is not what was {@link #expected}. */
  Optional<T> parse(String text) {
    try {
      return parser.apply(text.trim());
    } catch (IllegalArgumentException | ConfigException e) {
      return Optional.empty();
    }
  }

  private static <T> SettingType<T> of(String expected, Function<String, T> parser) {
    return new SettingType<>(expected, false, parser.andThen(Optional::of));
  }

  private SettingType<T> where(Predicate<T> condition) {
    return new SettingType<>(expected, isSecret, parser.andThen(value -> value.filter(condition)));
  }

  private <U> SettingType<U> map(Function<T, U> conversion) {
    return new SettingType<>(expected, isSecret, parser.andThen(value -> value.map(conversion)));
  }

  private static Long bytes(String text) {
    return hocon(text).getBytes("value");
  }

  private static Duration parseDuration(String text) {
    return hocon(text).getDuration("value");
  }

  private static Config hocon(String text) {
    return ConfigValueFactory.fromAnyRef(text).atKey("value");
  }

  private static String nameOf(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
