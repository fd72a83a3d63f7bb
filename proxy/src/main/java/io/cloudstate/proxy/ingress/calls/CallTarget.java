package io.cloudstate.proxy.ingress.calls;

import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.MethodDefinition;
import io.cloudstate.proxy.discovery.ServiceDefinition;

/**
 * Where a call goes.
 *
 * @param service full name
 * @param isAction whether it is a call of an action, which may take as long as its caller likes
 * @param metrics of the method
 */
public record CallTarget(
    String service, MethodDefinition method, boolean isAction, CallMetrics.OfMethod metrics) {

  public static CallTarget of(
      ServiceDefinition service, MethodDefinition method, CallMetrics metrics) {
    return new CallTarget(
        service.name(),
        method,
        service.type() == EntityType.ACTION,
        metrics.of(service.name(), method));
  }
}
