package io.cloudstate.proxy.discovery.eventing;

/**
 * What can be wrong with {@code cloudstate.eventing} options, in the words that reach the user
 * function's author (spec/eventing.md 3). Each text is written here and nowhere else.
 */
final class EventingMistakes {

  private static final String PREFIX = "Eventing: ";

  private EventingMistakes() {}

  static String unreadable(String method, String reason) {
    return PREFIX
        + "the cloudstate.eventing option of [%s] cannot be read: %s".formatted(method, reason);
  }

  static String noSource(String method) {
    return PREFIX
        + "method [%s] has an in without a source (expected: topic or event_log)".formatted(method);
  }

  static String noDestination(String method) {
    return PREFIX
        + "method [%s] has an out without a destination (expected: topic)".formatted(method);
  }

  static String longName(String method, String what, int length, int maxLength) {
    return PREFIX
        + "method [%s] has a %s of %d characters (expected: <= %d)"
            .formatted(method, what, length, maxLength);
  }

  static String sameTopic(String method, String topic) {
    return PREFIX
        + "method [%s] has the topic [%s] as in and as out (expected: two topics)"
            .formatted(method, topic);
  }

  static String sameType(
      String first, String second, String inputType, EventSource source, String group) {
    return PREFIX
        + ("methods [%s] and [%s] both take [%s] from the %s [%s] as group [%s] (expected: different"
                + " input types, or different consumer groups)")
            .formatted(first, second, inputType, source.kind(), source.name(), group);
  }

  static String noBroker(String method, String topic) {
    return PREFIX
        + "method [%s] uses the topic [%s], but this proxy has no broker (expected: one is configured)"
            .formatted(method, topic);
  }

  static String noJournal(String method, String log) {
    return PREFIX
        + ("method [%s] uses the event log [%s], but this proxy has no store that keeps journals"
                + " (expected: one is configured)")
            .formatted(method, log);
  }
}
