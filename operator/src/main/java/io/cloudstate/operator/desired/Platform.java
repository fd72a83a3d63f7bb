package io.cloudstate.operator.desired;

/**
 * What the operator runs with: the proxy's image unless a service names one, and whether the
 * cluster knows init containers that restart always.
 */
public record Platform(String proxyImage, boolean nativeSidecars) {}
