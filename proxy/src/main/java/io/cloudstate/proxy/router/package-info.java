/**
 * Takes a call to the entity kind that answers it, and does what the answer asks for besides: side
 * effects and forwards, with a limit on hops. Calls come in, outcomes go out, each exactly once. It
 * knows kinds only as {@link io.cloudstate.proxy.entity.EntityKind}, and no transport.
 */
@NullMarked
package io.cloudstate.proxy.router;

import org.jspecify.annotations.NullMarked;
