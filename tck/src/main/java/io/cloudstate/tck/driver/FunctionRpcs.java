package io.cloudstate.tck.driver;

import com.google.protobuf.Empty;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EntityOuterClass.ProxyInfo;
import io.cloudstate.protocol.EntityOuterClass.UserFunctionError;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import java.util.List;

/** The methods that every user function serves (spec: protocol.md section 1). */
public final class FunctionRpcs {

  public static final Rpc<ProxyInfo, EntitySpec> DISCOVER =
      new Rpc<>(
          "cloudstate.EntityDiscovery",
          "discover",
          ProxyInfo.getDefaultInstance(),
          EntitySpec.getDefaultInstance());

  public static final Rpc<UserFunctionError, Empty> REPORT_ERROR =
      new Rpc<>(
          "cloudstate.EntityDiscovery",
          "reportError",
          UserFunctionError.getDefaultInstance(),
          Empty.getDefaultInstance());

  public static final Rpc<EventSourcedStreamIn, EventSourcedStreamOut> EVENT_SOURCED =
      new Rpc<>(
          "cloudstate.eventsourced.EventSourced",
          "handle",
          EventSourcedStreamIn.getDefaultInstance(),
          EventSourcedStreamOut.getDefaultInstance());

  public static final Rpc<ValueEntityStreamIn, ValueEntityStreamOut> VALUE =
      new Rpc<>(
          "cloudstate.valueentity.ValueEntity",
          "handle",
          ValueEntityStreamIn.getDefaultInstance(),
          ValueEntityStreamOut.getDefaultInstance());

  public static final Rpc<CrdtStreamIn, CrdtStreamOut> CRDT =
      new Rpc<>(
          "cloudstate.crdt.Crdt",
          "handle",
          CrdtStreamIn.getDefaultInstance(),
          CrdtStreamOut.getDefaultInstance());

  public static final Rpc<ActionCommand, ActionResponse> UNARY_ACTION = action("handleUnary");
  public static final Rpc<ActionCommand, ActionResponse> STREAMED_IN_ACTION =
      action("handleStreamedIn");
  public static final Rpc<ActionCommand, ActionResponse> STREAMED_OUT_ACTION =
      action("handleStreamedOut");
  public static final Rpc<ActionCommand, ActionResponse> STREAMED_ACTION = action("handleStreamed");

  /** One for each shape of call. */
  public static final List<Rpc<ActionCommand, ActionResponse>> ACTIONS =
      List.of(UNARY_ACTION, STREAMED_IN_ACTION, STREAMED_OUT_ACTION, STREAMED_ACTION);

  public static final List<Rpc<?, ?>> ALL =
      List.of(
          DISCOVER,
          REPORT_ERROR,
          EVENT_SOURCED,
          VALUE,
          CRDT,
          UNARY_ACTION,
          STREAMED_IN_ACTION,
          STREAMED_OUT_ACTION,
          STREAMED_ACTION);

  private static Rpc<ActionCommand, ActionResponse> action(String method) {
    return new Rpc<>(
        "cloudstate.action.ActionProtocol",
        method,
        ActionCommand.getDefaultInstance(),
        ActionResponse.getDefaultInstance());
  }

  private FunctionRpcs() {}
}
