/**
 * Joining and leaving the cluster of a service's proxies. So far each proxy is a cluster of its
 * own; several come with a later release. In comes the actor system, out goes the moment at which
 * this node is a member. It knows no entity and serves no call.
 */
@NullMarked
package io.cloudstate.proxy.cluster;

import org.jspecify.annotations.NullMarked;
