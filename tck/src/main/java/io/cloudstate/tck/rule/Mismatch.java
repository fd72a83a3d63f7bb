package io.cloudstate.tck.rule;

/** A rule does not hold: what came is not what was expected. */
public final class Mismatch extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String what;
  private final String expected;
  private final String came;

  /**
   * @param what the thing that differs, such as {@code reply to the client's call 1}
   * @param expected the value demanded, as text
   * @param came the value found, as text
   */
  public Mismatch(String what, String expected, String came) {
    super(what + ": " + came + " (expected: " + expected + ")");
    this.what = what;
    this.expected = expected;
    this.came = came;
  }

  public String what() {
    return what;
  }

  public String expected() {
    return expected;
  }

  public String came() {
    return came;
  }
}
