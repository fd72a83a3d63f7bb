/**
 * An API server for tests, in this process: it keeps objects, tracks who owns which field, tells
 * watchers, and fails on demand. In comes HTTP as the client speaks it; nothing runs, no Deployment
 * gets pods unless a test says so. What it does otherwise than a real one, which is here too, is
 * what {@code ApiServerContract} does not ask.
 */
@NullMarked
package io.cloudstate.operator.apiserver;

import org.jspecify.annotations.NullMarked;
