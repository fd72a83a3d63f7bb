/**
 * Which events call a method and where its replies are published, as its author wrote down. In come
 * a function's method descriptors, out come consumers, emitters and mistakes. It starts nothing and
 * knows neither stores nor brokers.
 */
@NullMarked
package io.cloudstate.proxy.discovery.eventing;

import org.jspecify.annotations.NullMarked;
