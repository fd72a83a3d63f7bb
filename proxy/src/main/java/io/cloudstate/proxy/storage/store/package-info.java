/**
 * The values of entities: reads one, replaces one, fenced by its revision. In come keys and
 * payloads, out go values and confirmations. It knows no user function, no protocol message and no
 * entity, and none of the stores that implement it.
 */
@NullMarked
package io.cloudstate.proxy.storage.store;

import org.jspecify.annotations.NullMarked;
