package io.cloudstate.tck.suite.proxy;

import com.google.protobuf.Any;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityAction;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityDelete;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityInit;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityInitState;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityReply;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityUpdate;
import io.cloudstate.tck.driver.ClientCall;
import io.cloudstate.tck.driver.FunctionCall;
import io.cloudstate.tck.driver.FunctionRpcs;
import io.cloudstate.tck.driver.HttpApi;
import io.cloudstate.tck.driver.Messages;
import io.cloudstate.tck.driver.Rpc;
import io.cloudstate.tck.model.valueentity.Valueentity.Delete;
import io.cloudstate.tck.model.valueentity.Valueentity.Effect;
import io.cloudstate.tck.model.valueentity.Valueentity.Fail;
import io.cloudstate.tck.model.valueentity.Valueentity.Forward;
import io.cloudstate.tck.model.valueentity.Valueentity.Persisted;
import io.cloudstate.tck.model.valueentity.Valueentity.Request;
import io.cloudstate.tck.model.valueentity.Valueentity.RequestAction;
import io.cloudstate.tck.model.valueentity.Valueentity.Response;
import io.cloudstate.tck.model.valueentity.Valueentity.Update;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One entity of the value model: the client that calls it and its stream to the function. */
final class ValueModel {

  static final String MODEL = "cloudstate.tck.model.valueentity.ValueEntityTckModel";
  static final String TWO = "cloudstate.tck.model.valueentity.ValueEntityTwo";
  static final String CONFIGURED = "cloudstate.tck.model.valueentity.ValueEntityConfigured";

  static final Rpc<Request, Response> PROCESS = rpc(MODEL, "Process");
  static final Rpc<Request, Response> CALL_CONFIGURED = rpc(CONFIGURED, "Call");

  static final List<Entity> ENTITIES =
      List.of(
          Protocol.entity(Protocol.VALUE, MODEL, "value-entity-tck-model"),
          Protocol.entity(Protocol.VALUE, TWO, "value-entity-tck-model-two"),
          Protocol.entity(Protocol.VALUE, CONFIGURED, "value-entity-configured", 100));

  private final ProxyStage stage;
  private final String id;
  private @Nullable FunctionCall<ValueEntityStreamIn, ValueEntityStreamOut> stream;

  ValueModel(ProxyStage stage) {
    this.stage = stage;
    this.id = stage.newId();
  }

  String id() {
    return id;
  }

  ClientCall<Request, Response> call(RequestAction... actions) {
    return stage.client().call(PROCESS, request(actions));
  }

  HttpApi.Call post(String json) {
    return stage.http().postJson("/tck/model/entity/" + id, json);
  }

  /** The proxy opens the stream of a service for this entity, which has no value. */
  FunctionCall<ValueEntityStreamIn, ValueEntityStreamOut> open(String service) {
    return open(service, ValueEntityInitState.getDefaultInstance());
  }

  /** The same for one that has this value. */
  FunctionCall<ValueEntityStreamIn, ValueEntityStreamOut> open(String service, String value) {
    return open(service, ValueEntityInitState.newBuilder().setValue(persisted(value)).build());
  }

  ValueModel opens() {
    stream = open(MODEL);
    return this;
  }

  ValueModel opens(String value) {
    stream = open(MODEL, value);
    return this;
  }

  FunctionCall<ValueEntityStreamIn, ValueEntityStreamOut> stream() {
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

  void turn(long number, ValueEntityReply.Builder reply, String text, RequestAction... actions) {
    var call = commands(number, actions);
    send(reply);
    call.expectReply(response(text));
  }

  void send(ValueEntityReply.Builder reply) {
    stream().send(out(reply));
  }

  Request request(RequestAction... actions) {
    return Request.newBuilder().setId(id).addAllActions(List.of(actions)).build();
  }

  static RequestAction update(String value) {
    return RequestAction.newBuilder().setUpdate(Update.newBuilder().setValue(value)).build();
  }

  static RequestAction delete() {
    return RequestAction.newBuilder().setDelete(Delete.getDefaultInstance()).build();
  }

  RequestAction forward() {
    return RequestAction.newBuilder().setForward(Forward.newBuilder().setId(id)).build();
  }

  RequestAction effect() {
    return RequestAction.newBuilder().setEffect(Effect.newBuilder().setId(id)).build();
  }

  static RequestAction fail(String message) {
    return RequestAction.newBuilder().setFail(Fail.newBuilder().setMessage(message)).build();
  }

  static ValueEntityReply.Builder reply(long number, String text) {
    return action(number, Messages.replied(response(text)));
  }

  static ValueEntityReply.Builder updated(long number, String value) {
    return reply(number, value)
        .setStateAction(
            ValueEntityAction.newBuilder()
                .setUpdate(ValueEntityUpdate.newBuilder().setValue(persisted(value))));
  }

  static ValueEntityReply.Builder deleted(long number) {
    return reply(number, "")
        .setStateAction(
            ValueEntityAction.newBuilder().setDelete(ValueEntityDelete.getDefaultInstance()));
  }

  ValueEntityReply.Builder forwarded(long number) {
    return action(number, Messages.forwarded(TWO, "Call", request()));
  }

  SideEffect effectOnTwo() {
    return Messages.effect(TWO, "Call", request(), false);
  }

  static ValueEntityReply.Builder failed(long number, String text) {
    return action(number, Messages.failed(number, text, false));
  }

  static ValueEntityStreamOut failure(long number, String text) {
    return ValueEntityStreamOut.newBuilder()
        .setFailure(Messages.failed(number, text, false).getFailure())
        .build();
  }

  static ValueEntityStreamOut out(ValueEntityReply.Builder reply) {
    return ValueEntityStreamOut.newBuilder().setReply(reply).build();
  }

  static ValueEntityStreamIn command(long number, String name, Request request) {
    return ValueEntityStreamIn.newBuilder()
        .setCommand(Messages.command(request.getId(), number, name, request))
        .build();
  }

  static Any persisted(String value) {
    return Messages.any(Persisted.newBuilder().setValue(value).build());
  }

  static Response response(String message) {
    return Response.newBuilder().setMessage(message).build();
  }

  private FunctionCall<ValueEntityStreamIn, ValueEntityStreamOut> open(
      String service, ValueEntityInitState state) {
    var opened = stage.function().expectCall(FunctionRpcs.VALUE);
    opened.expect(
        ValueEntityStreamIn.newBuilder()
            .setInit(
                ValueEntityInit.newBuilder()
                    .setServiceName(service)
                    .setEntityId(id)
                    .setState(state))
            .build());
    return opened;
  }

  private static ValueEntityReply.Builder action(long number, ClientAction action) {
    return ValueEntityReply.newBuilder().setCommandId(number).setClientAction(action);
  }

  private static Rpc<Request, Response> rpc(String service, String method) {
    return new Rpc<>(service, method, Request.getDefaultInstance(), Response.getDefaultInstance());
  }
}
