package io.cloudstate.proxy.discovery;

import java.util.List;
import java.util.stream.Stream;

/**
 * What is said about a spec, of a size that log and function can bear however wrong the spec is:
 * {@value #MAX_MISTAKES} mistakes of {@value #MAX_LENGTH} characters each, and how many more there
 * are.
 */
final class Complaints {

  static final int MAX_MISTAKES = 20;
  static final int MAX_LENGTH = 2000;

  private static final String CUT = "...";

  private Complaints() {}

  /** The first mistakes in their order, shortened where they are long; equal for equal mistakes. */
  static List<String> of(List<String> mistakes) {
    var said = mistakes.stream().limit(MAX_MISTAKES).map(Complaints::shortened);
    var left = mistakes.size() - MAX_MISTAKES;
    return (left > 0 ? Stream.concat(said, Stream.of("... and " + left + " more")) : said).toList();
  }

  static String shortened(String mistake) {
    if (mistake.length() <= MAX_LENGTH) {
      return mistake;
    }
    var end = MAX_LENGTH - CUT.length();
    // Half a character would not survive the way to the function.
    var whole = Character.isHighSurrogate(mistake.charAt(end - 1)) ? end - 1 : end;
    return mistake.substring(0, whole) + CUT;
  }
}
