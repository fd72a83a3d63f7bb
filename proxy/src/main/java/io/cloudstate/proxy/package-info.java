/**
 * The sidecar. {@link io.cloudstate.proxy.Main} reads the settings and {@link
 * io.cloudstate.proxy.Proxy} wires the stages of a call, in its order: ingress, router, entity,
 * user function and storage. Only these two know all packages.
 */
@NullMarked
package io.cloudstate.proxy;

import org.jspecify.annotations.NullMarked;
