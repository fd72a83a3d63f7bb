package io.cloudstate.proxy.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueFactory;
import io.cloudstate.proxy.config.EventingSettings.FailurePolicy;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
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

  private static final Pattern ORIGIN = Pattern.compile("[*]|[a-z][a-z0-9+.-]*://[^\\s/,*?#@]+");

  private static final Pattern HEADER_NAME = Pattern.compile("[*]|[a-z0-9!#$%&'+.^_`|~-]+");

  private static final String DEAD_LETTER = "dead-letter:";

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

  static SettingType<Integer> between(int min, int max) {
    return of("a whole number from " + min + " to " + max, Integer::parseInt)
        .where(value -> value >= min && value <= max);
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

  /** No time at all, or at least so much. */
  static SettingType<Duration> zeroOrFrom(Duration min) {
    return of(
            "0s, or a duration from %d ms to 100d, such as 30s".formatted(min.toMillis()),
            SettingType::parseDuration)
        .where(
            value ->
                value.isZero()
                    || (value.compareTo(min) >= 0 && value.compareTo(MAX_DURATION) <= 0));
  }

  /** A site as browsers name it, or {@code *}. */
  static SettingType<String> origin() {
    return of("* or an origin such as https://example.com", Function.identity())
        .where(text -> ORIGIN.matcher(text).matches());
  }

  /** Where something is reached by HTTP; nothing but scheme, address and path. */
  static SettingType<URI> httpUrl() {
    return of("a URL such as http://collector:4318", URI::create).where(SettingType::isHttpUrl);
  }

  private static boolean isHttpUrl(URI url) {
    return ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
        && url.getHost() != null
        && url.getRawUserInfo() == null
        && url.getRawQuery() == null
        && url.getRawFragment() == null;
  }

  /** The name of an HTTP header in lower case, or {@code *}. */
  static SettingType<String> headerName() {
    return of("* or the name of a header", text -> text.toLowerCase(Locale.ROOT))
        .where(text -> HEADER_NAME.matcher(text).matches());
  }

  /** Any number of them, with commas between. */
  static <T> SettingType<List<T>> listOf(SettingType<T> type) {
    return new SettingType<>(
        type.expected() + ", none or several with commas between",
        type.isSecret(),
        text -> parsedList(text, type));
  }

  private static <T> Optional<List<T>> parsedList(String text, SettingType<T> type) {
    if (text.isEmpty()) {
      return Optional.of(List.of());
    }
    var values = new ArrayList<T>();
    for (var part : text.split(",", -1)) {
      var value = type.parse(part);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      values.add(value.get());
    }
    return Optional.of(List.copyOf(values));
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

  /** What becomes of events that cannot be processed. */
  static SettingType<FailurePolicy> failurePolicy() {
    return new SettingType<>("stop, skip or dead-letter:TOPIC", false, SettingType::policy);
  }

  /** The same for consumer groups, such as {@code reports=skip,orders=dead-letter:failed}. */
  static SettingType<Map<String, FailurePolicy>> failurePolicies() {
    return new SettingType<>(
        "GROUP=POLICY, separated by commas; a policy is " + failurePolicy().expected(),
        false,
        text -> text.isEmpty() ? Optional.of(Map.of()) : policies(text));
  }

  private static Optional<Map<String, FailurePolicy>> policies(String text) {
    var policies = new HashMap<String, FailurePolicy>();
    for (var part : text.split(",", -1)) {
      var equals = part.indexOf('=');
      var policy =
          equals < 1 ? Optional.<FailurePolicy>empty() : policy(part.substring(equals + 1));
      var isNew =
          policy.isPresent()
              && policies.put(part.substring(0, equals).strip(), policy.get()) == null;
      if (!isNew) {
        return Optional.empty();
      }
    }
    return Optional.of(policies);
  }

  private static Optional<FailurePolicy> policy(String text) {
    var policy = text.strip();
    if (policy.equals("stop")) {
      return Optional.of(new FailurePolicy.Stop());
    }
    if (policy.equals("skip")) {
      return Optional.of(new FailurePolicy.Skip());
    }
    return policy.startsWith(DEAD_LETTER) && policy.length() > DEAD_LETTER.length()
        ? Optional.of(new FailurePolicy.DeadLetter(policy.substring(DEAD_LETTER.length())))
        : Optional.empty();
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
