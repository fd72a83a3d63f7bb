/**
 * Value entities: one actor per instance, sharded, with one stream to the user function. Commands
 * come in, the value is stored, and only then answers go out. It knows no other kind, no transport
 * of the serving side and no table.
 */
@NullMarked
package io.cloudstate.proxy.entity.value;

import org.jspecify.annotations.NullMarked;
