/**
 * Events and snapshots: writes them through Akka Persistence, reads them page by page. In come
 * persistence ids, payloads and sequence numbers, out go confirmations. It knows no user function,
 * no protocol message and no entity, and none of the stores that implement it.
 */
@NullMarked
package io.cloudstate.proxy.storage.journal;

import org.jspecify.annotations.NullMarked;
