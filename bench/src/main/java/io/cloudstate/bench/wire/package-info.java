/**
 * The counter service as bytes, and the connections they travel on. In come keys and numbers; out
 * go messages in protobuf's encoding. It never allocates more than the message it returns needs.
 */
@NullMarked
package io.cloudstate.bench.wire;

import org.jspecify.annotations.NullMarked;
