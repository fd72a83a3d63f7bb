/**
 * Asks the user function what it serves and turns the answer into a ServiceCatalog, immutable. In
 * comes the function's EntitySpec, out go the catalog or the list of its mistakes, reported to the
 * function. It never serves a call.
 */
@NullMarked
package io.cloudstate.proxy.discovery;

import org.jspecify.annotations.NullMarked;
