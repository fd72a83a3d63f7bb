/**
 * Makes the cluster as it is to be. In come the resources and the objects made for them, as
 * informers see them; out go applied objects, conditions and Events. What is decided stands in
 * plain classes; it never writes what is settled already, and never to an object of somebody else.
 */
@NullMarked
package io.cloudstate.operator.reconcile;

import org.jspecify.annotations.NullMarked;
