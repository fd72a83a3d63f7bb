package io.cloudstate.operator.desired;

/**
 * Why a service cannot be as it is asked for: the condition that is false for it, a reason in one
 * word, and a message that names the field, its value and what was expected.
 */
public record Problem(String condition, String reason, String message) {

  static Problem config(String reason, String message) {
    return new Problem("ConfigValid", reason, message);
  }

  static Problem progress(String reason, String message) {
    return new Problem("Progressing", reason, message);
  }

  static Problem store(String reason, String message) {
    return new Problem("StoreReady", reason, message);
  }
}
