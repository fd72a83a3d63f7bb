/**
 * The HTTP side of a method as its author declared it. In comes a method's descriptor with its
 * google.api.http option, out go its HttpBindings or everything that is wrong with the option
 * (spec/ingress.md 7.1 and 7.2). It never sees a request.
 */
@NullMarked
package io.cloudstate.proxy.discovery.http;

import org.jspecify.annotations.NullMarked;
