/**
 * Events and snapshots, as an entity stores and reads them. In come persistence ids, payloads and
 * sequence numbers, out go confirmations and pages. It knows no user function, no protocol message
 * and no entity, and none of the stores that implement it.
 */
@NullMarked
package io.cloudstate.proxy.storage.journal;

import org.jspecify.annotations.NullMarked;
