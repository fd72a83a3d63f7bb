/**
 * The ends that tests play: a scripted user function, and proxies to test. What comes in is kept
 * for the test to look at, in order; what goes out is what the test says. Nothing here asserts
 * anything but that something comes in time.
 */
@NullMarked
package io.cloudstate.proxy.testing;

import org.jspecify.annotations.NullMarked;
