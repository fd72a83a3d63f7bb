package io.cloudstate.proxy.faults;

import java.util.List;
import java.util.Set;

/**
 * One command as its caller saw it.
 *
 * @param text what was to be appended, which nobody else appends; empty for a command that reads
 * @param asked whom it was sent to
 * @param invokedNanos when it was sent, by the one clock of all callers
 * @param endedNanos when its outcome was known, by the same clock
 */
record Operation(String text, Asked asked, long invokedNanos, long endedNanos, Outcome outcome) {

  /** What the caller was told. */
  sealed interface Outcome {

    /** The text is the list's element of this place, counted from 1. */
    record Appended(int place) implements Outcome {}

    /**
     * The list, of which the digest is kept.
     *
     * @param digest {@link #digest}
     */
    record Seen(int size, int digest) implements Outcome {}

    /** The set has the text, on as many nodes as its level asks for. */
    record Added() implements Outcome {}

    /** Too few nodes have confirmed the text in time; the one that was asked has it. */
    record Kept(String status) implements Outcome {}

    /** The set. */
    record Shown(Set<String> texts) implements Outcome {
      public Shown {
        texts = Set.copyOf(texts);
      }
    }

    /** It has not been executed, and never will be. */
    record Refused(String status) implements Outcome {}

    /** It may have been executed, or still be. */
    record Unknown(String status) implements Outcome {}
  }

  static int digest(List<String> texts) {
    return texts.hashCode();
  }

  /** The texts that the caller was told to be there, by a set. */
  Set<String> told() {
    if (outcome instanceof Outcome.Shown shown) {
      return shown.texts();
    }
    return outcome instanceof Outcome.Added || outcome instanceof Outcome.Kept
        ? Set.of(text)
        : Set.of();
  }

  boolean isRead() {
    return text.isEmpty();
  }

  boolean isAcknowledged() {
    return outcome instanceof Outcome.Appended
        || outcome instanceof Outcome.Seen
        || outcome instanceof Outcome.Added
        || outcome instanceof Outcome.Shown;
  }
}
