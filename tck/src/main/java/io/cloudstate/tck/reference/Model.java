package io.cloudstate.tck.reference;

import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;

/** What a function consists of: its spec, and a session for every stream that a proxy opens. */
public interface Model {

  /** The answer to discovery. */
  EntitySpec spec();

  Session<EventSourcedStreamIn, EventSourcedStreamOut> eventSourced();

  Session<ValueEntityStreamIn, ValueEntityStreamOut> value();

  Session<CrdtStreamIn, CrdtStreamOut> crdt();

  /** Of one call, whatever its shape: the command's name tells how many answers it has. */
  Session<ActionCommand, ActionResponse> action();
}
