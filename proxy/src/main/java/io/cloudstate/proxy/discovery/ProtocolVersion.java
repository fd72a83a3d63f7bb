package io.cloudstate.proxy.discovery;

import io.cloudstate.protocol.EntityOuterClass.ServiceInfo;

/** A version of the Cloudstate protocol, as a support library announces it. */
record ProtocolVersion(int major, int minor) {

  /** The one this proxy speaks. */
  static final ProtocolVersion CURRENT = new ProtocolVersion(0, 2);

  /** What the function announces; 0.0 if it announces nothing. */
  static ProtocolVersion of(ServiceInfo info) {
    return new ProtocolVersion(info.getProtocolMajorVersion(), info.getProtocolMinorVersion());
  }

  boolean isCurrent() {
    return equals(CURRENT);
  }

  /** Whether this is protocol 0.1. Its libraries announce no version, which reads as 0.0. */
  boolean isLegacy() {
    return major == 0 && (minor == 0 || minor == 1);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
