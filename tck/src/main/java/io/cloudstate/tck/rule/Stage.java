package io.cloudstate.tck.rule;

/**
 * The ends that the kit plays, around what is tested. One stage serves all rules of a run, one
 * after the other; what a rule leaves open is cleared away in {@link #end}.
 */
public interface Stage extends AutoCloseable {

  /** Before each rule: from now on everything sent and received is written to this exchange. */
  void begin(Exchange exchange) throws Exception;

  /**
   * After a script that returned normally: nothing may have come that the script did not ask for.
   *
   * @throws Mismatch if something has
   */
  void verifyNothingMore() throws Exception;

  /** After each rule, whatever became of it: ends what is still open. */
  void end() throws Exception;

  @Override
  void close();
}
