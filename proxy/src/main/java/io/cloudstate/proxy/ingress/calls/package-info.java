/**
 * What calls of every protocol have in common. In comes a request whose method is known, with a
 * format that reads and writes its protocol; out go a Call to the router and one response, within
 * its deadline and the limit on calls under way. It never knows how a message or a failure looks on
 * the wire: that is the format's.
 */
@NullMarked
package io.cloudstate.proxy.ingress.calls;

import org.jspecify.annotations.NullMarked;
