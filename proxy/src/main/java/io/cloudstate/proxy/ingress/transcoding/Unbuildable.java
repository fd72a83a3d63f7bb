package io.cloudstate.proxy.ingress.transcoding;

/** Why a request is no message of its method; the text reaches the caller. Does not leave here. */
final class Unbuildable extends Exception {

  private static final long serialVersionUID = 1L;
  private static final int MAX_LENGTH = 500;

  Unbuildable(String problem) {
    super(shortened(problem), null, false, false);
  }

  String problem() {
    return String.valueOf(getMessage());
  }

  private static String shortened(String problem) {
    return problem.length() <= MAX_LENGTH ? problem : problem.substring(0, MAX_LENGTH) + "...";
  }
}
