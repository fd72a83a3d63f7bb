package io.cloudstate.proxy.faults;

import java.util.List;

/**
 * One command as its caller saw it.
 *
 * @param text what was to be appended, which nobody else appends; empty for a command that reads
 * @param invokedNanos when it was sent, by the one clock of all callers
 * @param endedNanos when its outcome was known, by the same clock
 */
record Operation(String text, long invokedNanos, long endedNanos, Outcome outcome) {

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

    /** It has not been executed, and never will be. */
    record Refused(String status) implements Outcome {}

    /** It may have been executed, or still be. */
    record Unknown(String status) implements Outcome {}
  }

  static int digest(List<String> texts) {
    return texts.hashCode();
  }

  boolean isRead() {
    return text.isEmpty();
  }

  boolean isAcknowledged() {
    return outcome instanceof Outcome.Appended || outcome instanceof Outcome.Seen;
  }
}
