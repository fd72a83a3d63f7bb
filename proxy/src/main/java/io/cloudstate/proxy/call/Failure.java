package io.cloudstate.proxy.call;

/**
 * Why a call was not answered, told apart by who has to act on it. Messages reach the caller: they
 * name the thing, its value and what was expected, and never carry payloads or secrets.
 */
public sealed interface Failure {

  String message();

  /** The caller's fault: the call can never succeed as it is. */
  record BadCall(String message) implements Failure {}

  /** No such service or method is served here. */
  record NotServed(String message) implements Failure {}

  /** The user function refused the call, in its own words. */
  record Refused(String message) implements Failure {}

  /**
   * The user function ended the call with a gRPC status of its own.
   *
   * @param grpcCode number of the code; never 0, which is OK
   */
  record RefusedWithStatus(int grpcCode, String message) implements Failure {}

  /** The user function broke the protocol or went away; the entity restarts from its store. */
  record UserFunctionFailed(String message) implements Failure {}

  /** What the user function replied cannot be shown to this caller. */
  record BadReply(String message) implements Failure {}

  /** The user function cannot be reached; the command was not executed and may be repeated. */
  record UserFunctionUnavailable(String message) implements Failure {}

  /** The entity moves to another node; the command was not executed and may be repeated. */
  record EntityMoves(String message) implements Failure {}

  /** A store did not confirm: what was to be written may or may not have been. */
  record StorageFailed(String message) implements Failure {}

  /** The entity's node has gone without an answer; the command may have been executed. */
  record NodeLost(String message) implements Failure {}

  /**
   * A change was made on this node and goes on spreading, but fewer nodes have confirmed it than
   * were asked for.
   */
  record NotReplicated(String message) implements Failure {}

  /** A bound was reached; the command was not executed and may be repeated later. */
  record Overloaded(String message) implements Failure {}

  /** A message is over the limit: the call can never succeed as it is. */
  record TooLarge(String message) implements Failure {}

  /** No answer came in time; the command may have been executed. */
  record TimedOut(String message) implements Failure {}

  /** The user function sent the call somewhere it cannot go: unknown target, or too many hops. */
  record Misrouted(String message) implements Failure {}
}
