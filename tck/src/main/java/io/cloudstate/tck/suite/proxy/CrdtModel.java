package io.cloudstate.tck.suite.proxy;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelete;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.CrdtInit;
import io.cloudstate.protocol.CrdtOuterClass.CrdtReply;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStateAction;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamedMessage;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.tck.driver.ClientCall;
import io.cloudstate.tck.driver.FunctionCall;
import io.cloudstate.tck.driver.FunctionRpcs;
import io.cloudstate.tck.driver.HttpApi;
import io.cloudstate.tck.driver.Messages;
import io.cloudstate.tck.driver.Rpc;
import io.cloudstate.tck.model.Crdt.Delete;
import io.cloudstate.tck.model.Crdt.Request;
import io.cloudstate.tck.model.Crdt.RequestAction;
import io.cloudstate.tck.model.Crdt.Response;
import io.cloudstate.tck.model.Crdt.State;
import io.cloudstate.tck.model.Crdt.StreamedRequest;
import io.cloudstate.tck.model.Crdt.Update;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One CRDT of the model: the client that calls it and its stream to the function. */
final class CrdtModel {

  static final String MODEL = "cloudstate.tck.model.crdt.CrdtTckModel";
  static final String TWO = "cloudstate.tck.model.crdt.CrdtTwo";
  static final String CONFIGURED = "cloudstate.tck.model.crdt.CrdtConfigured";

  static final Rpc<Request, Response> PROCESS = rpc(MODEL, "Process");
  static final Rpc<StreamedRequest, Response> PROCESS_STREAMED =
      new Rpc<>(
          MODEL,
          "ProcessStreamed",
          StreamedRequest.getDefaultInstance(),
          Response.getDefaultInstance());
  static final Rpc<Request, Response> CALL_TWO = rpc(TWO, "Call");
  static final Rpc<Request, Response> CALL_CONFIGURED = rpc(CONFIGURED, "Call");

  static final RequestAction DELETE =
      RequestAction.newBuilder().setDelete(Delete.getDefaultInstance()).build();

  static final List<Entity> ENTITIES =
      List.of(
          Protocol.entity(Protocol.CRDT, MODEL, "crdt-tck-model"),
          Protocol.entity(Protocol.CRDT, TWO, "crdt-two"),
          Protocol.entity(Protocol.CRDT, CONFIGURED, "crdt-configured", 100));

  private final ProxyStage stage;
  private final String id;
  private @Nullable FunctionCall<CrdtStreamIn, CrdtStreamOut> stream;

  CrdtModel(ProxyStage stage, String type) {
    this.stage = stage;
    this.id = stage.newId(type);
  }

  String id() {
    return id;
  }

  ClientCall<Request, Response> call(RequestAction... actions) {
    return stage.client().call(PROCESS, request(actions));
  }

  HttpApi.Call post(String json) {
    return stage.http().postJson("/tck/model/crdt/" + id, json);
  }

  /** The proxy opens the stream of a service for this CRDT, which does not exist. */
  FunctionCall<CrdtStreamIn, CrdtStreamOut> open(String service) {
    var opened = stage.function().expectCall(FunctionRpcs.CRDT);
    opened.expect(
        CrdtStreamIn.newBuilder()
            .setInit(CrdtInit.newBuilder().setServiceName(service).setEntityId(id))
            .build());
    return opened;
  }

  CrdtModel opens() {
    stream = open(MODEL);
    return this;
  }

  FunctionCall<CrdtStreamIn, CrdtStreamOut> stream() {
    if (stream == null) {
      throw new IllegalStateException("no stream yet");
    }
    return stream;
  }

  void expectCommand(long number, RequestAction... actions) {
    stream().expect(command(number, "Process", request(actions)));
  }

  ClientCall<Request, Response> commands(long number, RequestAction... actions) {
    var call = call(actions);
    expectCommand(number, actions);
    return call;
  }

  void turn(long number, CrdtReply.Builder reply, State state, RequestAction... actions) {
    var call = commands(number, actions);
    send(reply);
    call.expectReply(response(state));
  }

  void send(CrdtReply.Builder reply) {
    stream().send(out(reply));
  }

  void send(CrdtStreamedMessage.Builder message) {
    stream().send(CrdtStreamOut.newBuilder().setStreamedMessage(message).build());
  }

  Request request(RequestAction... actions) {
    return Request.newBuilder().setId(id).addAllActions(List.of(actions)).build();
  }

  static RequestAction update(Update.Builder update) {
    return RequestAction.newBuilder().setUpdate(update).build();
  }

  static CrdtReply.Builder reply(long number, State state) {
    return action(number, Messages.replied(response(state)));
  }

  static CrdtReply.Builder reply(long number, State state, CrdtDelta.Builder delta) {
    return reply(number, state).setStateAction(CrdtStateAction.newBuilder().setUpdate(delta));
  }

  static CrdtReply.Builder deleted(long number, State state) {
    return reply(number, state)
        .setStateAction(CrdtStateAction.newBuilder().setDelete(CrdtDelete.getDefaultInstance()));
  }

  static CrdtReply.Builder action(long number, ClientAction action) {
    return CrdtReply.newBuilder().setCommandId(number).setClientAction(action);
  }

  static CrdtStreamOut out(CrdtReply.Builder reply) {
    return CrdtStreamOut.newBuilder().setReply(reply).build();
  }

  static CrdtStreamIn command(long number, String name, Request request) {
    return CrdtStreamIn.newBuilder()
        .setCommand(Messages.command(request.getId(), number, name, request))
        .build();
  }

  static CrdtStreamIn streamedCommand(long number, StreamedRequest request) {
    return CrdtStreamIn.newBuilder()
        .setCommand(
            Messages.command(request.getId(), number, "ProcessStreamed", request).toBuilder()
                .setStreamed(true))
        .build();
  }

  static Response response(State state) {
    return Response.newBuilder().setState(state).build();
  }

  private static Rpc<Request, Response> rpc(String service, String method) {
    return new Rpc<>(service, method, Request.getDefaultInstance(), Response.getDefaultInstance());
  }
}
