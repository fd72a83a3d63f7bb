package io.cloudstate.proxy.entity.crdt;

import io.cloudstate.protocol.CrdtOuterClass.CrdtWriteConsistency;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.storage.replicator.WriteLevel;
import org.jspecify.annotations.Nullable;

/**
 * A change of the value on its way to the store, and what is to happen when it is there.
 *
 * @param exchange whose it is; null if that has been given up as silent
 * @param answer what is released when the change is acknowledged
 * @param isCancellation whether it came with the response to a cancellation
 * @param keepsStream whether the function has more to say to a streamed command
 * @param restarts whether the function wants to start afresh afterwards
 * @param generation the how manieth change of the function's copy this is
 * @param conversation the how manieth stream to the function it came by
 */
record Change(
    @Nullable Exchange exchange,
    Answer answer,
    CrdtWriteConsistency consistency,
    boolean isCancellation,
    boolean keepsStream,
    boolean restarts,
    long generation,
    int conversation) {

  /** Section 7: levels that are not known count as local. */
  WriteLevel level() {
    return switch (consistency) {
      case MAJORITY -> WriteLevel.MAJORITY;
      case ALL -> WriteLevel.ALL;
      case LOCAL, UNRECOGNIZED -> WriteLevel.LOCAL;
    };
  }
}
