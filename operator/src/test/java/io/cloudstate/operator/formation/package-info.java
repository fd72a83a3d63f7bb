/**
 * Proxies that become one cluster by what the operator makes of a service: in come its objects on a
 * real API server, out come proxies as processes of this machine, each in the place of a pod. There
 * is no kubelet: the pods' environment and token are handed on by hand, and a pod runs when a test
 * says so.
 */
@NullMarked
package io.cloudstate.operator.formation;

import org.jspecify.annotations.NullMarked;
