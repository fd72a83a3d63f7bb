package io.cloudstate.operator.desired;

import java.util.Set;

/** The proxy's ports in every pod (operator.md 15.4): fixed, declared, and nobody else's. */
final class Ports {

  static final int HTTP2 = 8013;
  static final int METRICS = 9090;
  static final int REMOTING = 2552;
  static final int MANAGEMENT = 8558;

  /** Where a user function listens that declares no port. */
  static final int USER_FUNCTION = 8080;

  static final Set<Integer> RESERVED = Set.of(HTTP2, METRICS, REMOTING, MANAGEMENT);

  private Ports() {}
}
