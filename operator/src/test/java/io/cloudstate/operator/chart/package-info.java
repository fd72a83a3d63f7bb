/**
 * What users install, as they get it: the chart is rendered by Helm itself and the plain files are
 * read, each object strictly. What they say is compared with what the operator does. No cluster is
 * needed but for installing, which is skipped without one.
 */
@NullMarked
package io.cloudstate.operator.chart;

import org.jspecify.annotations.NullMarked;
