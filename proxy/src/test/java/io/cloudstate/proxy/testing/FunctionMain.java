package io.cloudstate.proxy.testing;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An {@link AppendingFunction} as a program: its port, and whether it has the added method. */
final class FunctionMain {

  /** Before what the proxy did against the protocol's rules, and what it complained about. */
  static final String WRONG = "WRONG: ";

  private static final CountDownLatch NEVER = new CountDownLatch(1);
  private static final long LOOK_EVERY_MILLIS = 200;

  private FunctionMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    var function =
        AppendingFunction.startAt(
            Integer.parseInt(arguments[0]), Boolean.parseBoolean(arguments[1]));
    var violations = 0;
    var complaints = 0;
    while (!NEVER.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
      violations = tellAfter(violations, function.violations());
      complaints = tellAfter(complaints, function.complaints());
    }
  }

  @SuppressWarnings("SystemOut") // its log
  private static int tellAfter(int told, List<String> all) {
    all.stream().skip(told).forEach(text -> System.out.println(WRONG + text));
    return all.size();
  }
}
