/**
 * Finds the entity a call is for: service, method and the key in the payload's bytes. In comes a
 * call from the serving side, out goes its outcome, after forwards and side effects. It never
 * parses a payload further than its key fields, and knows kinds of entity only as an EntityKind.
 */
@NullMarked
package io.cloudstate.proxy.router;

import org.jspecify.annotations.NullMarked;
