package io.cloudstate.tck.suite.model;

import com.google.protobuf.Message;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;

/**
 * Messages of functions with what means nothing in them evened out: the order of elements and
 * entries in changes of CRDTs, whether an empty text is written out, and metadata of actions.
 */
public final class Evened {

  public static Message out(Message message) {
    if (message instanceof CrdtStreamOut crdt) {
      return CrdtEntity.comparable(crdt);
    }
    return message instanceof ActionResponse response
        ? ActionCall.withoutMetadata(response)
        : message;
  }

  private Evened() {}
}
