package io.cloudstate.tck.rule;

import java.util.ArrayList;
import java.util.List;

/**
 * Everything that was sent and received while a rule was played, in order. Written by any thread;
 * what comes after {@link #lines} was taken is not in it.
 */
public final class Exchange {

  /** So that a rule about large or many messages does not make a report that nobody can open. */
  private static final int MAX_LINES = 400;

  private static final int MAX_CHARACTERS = 4000;

  /**
   * One message, or the start or end of a call.
   *
   * @param afterMicros since the rule began
   * @param from who sent it, such as {@code client}
   * @param to who received it
   * @param call which call it belongs to, such as {@code 2 EventSourced.handle}
   * @param text what it was, over several lines if need be
   */
  public record Line(long afterMicros, String from, String to, String call, String text) {}

  private final long began = System.nanoTime();
  private final List<Line> lines = new ArrayList<>();
  private int leftOut;

  public synchronized void add(String from, String to, String call, String text) {
    if (lines.size() == MAX_LINES) {
      leftOut++;
      return;
    }
    lines.add(new Line((System.nanoTime() - began) / 1000, from, to, call, shortened(text)));
  }

  public synchronized List<Line> lines() {
    var all = new ArrayList<>(lines);
    if (leftOut > 0) {
      all.add(new Line((System.nanoTime() - began) / 1000, "", "", "", leftOut + " more"));
    }
    return List.copyOf(all);
  }

  private static String shortened(String text) {
    return text.length() <= MAX_CHARACTERS
        ? text
        : text.substring(0, MAX_CHARACTERS) + "… (" + text.length() + " characters)";
  }
}
