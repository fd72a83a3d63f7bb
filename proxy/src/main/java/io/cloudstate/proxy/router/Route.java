package io.cloudstate.proxy.router;

import io.cloudstate.proxy.discovery.MethodDefinition;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.entity.EntityKind;

/** How commands of one method get to their entity. */
record Route(
    ServiceDefinition service, MethodDefinition method, EntityKind kind, KeyScanner keys) {}
