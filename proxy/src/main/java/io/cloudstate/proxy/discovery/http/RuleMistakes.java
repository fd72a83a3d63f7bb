package io.cloudstate.proxy.discovery.http;

import com.google.api.CustomHttpPattern;
import com.google.api.HttpRule;
import com.google.protobuf.TextFormat;

/**
 * What can be wrong with a {@code google.api.http} option, in the words that reach the user
 * function's author (spec/ingress.md 7.1). Each text is written here and nowhere else, but for what
 * is wrong with a template's syntax: {@link PathTemplateParser}.
 */
final class RuleMistakes {

  private static final String PREFIX = "HTTP API Config: ";

  private RuleMistakes() {}

  static String unreadable(String method, String reason) {
    return PREFIX
        + "The google.api.http option of [%s] cannot be read: %s".formatted(method, reason);
  }

  static String selector(String selector, String method) {
    return PREFIX + "Rule selector [%s] must be empty or [%s]".formatted(selector, method);
  }

  static String noPattern(HttpRule rule) {
    return PREFIX + "Pattern missing for rule [%s]!".formatted(text(rule));
  }

  static String customKind(CustomHttpPattern custom) {
    return PREFIX
        + "Only Custom patterns with [*] kind supported but [%s] found!"
            .formatted(custom.getKind());
  }

  static String unknownVariable(String name, String type, String method) {
    return PREFIX
        + "Unknown field name [%s] in type [%s] reference in path template for method [%s]"
            .formatted(name, type, method);
  }

  static String repeatedVariable(String field) {
    return PREFIX + "Repeated parameters [%s] are not allowed as path variables".formatted(field);
  }

  static String mapVariable(String field) {
    return PREFIX + "Map parameters [%s] are not allowed as path variables".formatted(field);
  }

  static String messageVariable() {
    return PREFIX + "Message path parameters not supported!";
  }

  static String unknownBody(String name) {
    return PREFIX
        + "Body configured to [%s] but that field does not exist on input type.".formatted(name);
  }

  static String repeatedBody(String name) {
    return PREFIX + "Body configured to [%s] but that field is a repeated field.".formatted(name);
  }

  static String unknownResponseBody(String name, String type) {
    return PREFIX + "Response body field [%s] does not exist on type [%s]".formatted(name, type);
  }

  static String nestedBindings(HttpRule rule) {
    return PREFIX
        + "Only one level of additionalBindings supported, but [%s] has more than one!"
            .formatted(text(rule));
  }

  private static String text(HttpRule rule) {
    return TextFormat.printer().shortDebugString(rule);
  }
}
