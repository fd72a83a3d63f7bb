/**
 * Numbers for Prometheus. In comes what the stages of a call tell by interfaces of their own, which
 * are implemented here; out go the families of docs/reference/metrics.md on a port of their own. It
 * decides nothing, is seen by no stage, and nothing that goes wrong here ends anything else.
 */
@NullMarked
package io.cloudstate.proxy.metrics;

import org.jspecify.annotations.NullMarked;
