/**
 * The custom resources as records. In comes what the API server has, by the schemas of {@code
 * deploy/crds}, and what is written to its status goes out. Defaults are those of the schemas;
 * nothing is checked here that the schemas check.
 */
@NullMarked
package io.cloudstate.operator.crd;

import org.jspecify.annotations.NullMarked;
