package io.cloudstate.tck.suite.model;

import com.google.protobuf.Any;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityAction;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityDelete;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityInit;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityInitState;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityReply;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityUpdate;
import io.cloudstate.tck.driver.ClientCall;
import io.cloudstate.tck.driver.Messages;
import io.cloudstate.tck.driver.ScriptedProxy;
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

/**
 * The kit's side of one entity of the value entity model: opens and closes its streams, numbers its
 * commands, and compares the replies.
 */
final class ValueEntity {

  static final String MODEL = "cloudstate.tck.model.valueentity.ValueEntityTckModel";
  static final String TWO = "cloudstate.tck.model.valueentity.ValueEntityTwo";
  static final String CONFIGURED = "cloudstate.tck.model.valueentity.ValueEntityConfigured";

  private final ScriptedProxy proxy;
  private final String id;
  private ClientCall<ValueEntityStreamIn, ValueEntityStreamOut> stream;
  private long commands;

  private ValueEntity(ScriptedProxy proxy) {
    this.proxy = proxy;
    this.id = proxy.freshId("entity");
    this.stream = proxy.value(MODEL);
  }

  /** A new entity, its first stream open; {@code init} is to follow. */
  static ValueEntity open(ScriptedProxy proxy) {
    return new ValueEntity(proxy);
  }

  /** Without a value; the state is there all the same, as proxies send it. */
  ValueEntity init() {
    return init(ValueEntityInitState.getDefaultInstance());
  }

  ValueEntity init(String value) {
    return init(ValueEntityInitState.newBuilder().setValue(persisted(value)).build());
  }

  private ValueEntity init(ValueEntityInitState state) {
    return send(
        ValueEntityStreamIn.newBuilder()
            .setInit(
                ValueEntityInit.newBuilder()
                    .setServiceName(MODEL)
                    .setEntityId(id)
                    .setState(state)));
  }

  ValueEntity process(RequestAction... actions) {
    var request = Request.newBuilder().setId(id).addAllActions(List.of(actions)).build();
    return send(
        ValueEntityStreamIn.newBuilder()
            .setCommand(Messages.command(id, ++commands, "Process", request)));
  }

  private ValueEntity send(ValueEntityStreamIn.Builder message) {
    stream.send(message.build());
    return this;
  }

  ValueEntity expect(Answer answer) {
    stream.expect(answer.to(commands));
    return this;
  }

  /** Half-closes, and expects the function to complete. */
  ValueEntity close() {
    stream.complete();
    stream.expectCompletion();
    return this;
  }

  /** A new stream of the same entity, on which commands count from 1 again. */
  ValueEntity reopen() {
    close();
    stream = proxy.value(MODEL);
    commands = 0;
    return this;
  }

  /** What a reply has to consist of, in the making. */
  static final class Answer {
    private final ValueEntityReply.Builder reply = ValueEntityReply.newBuilder();

    private Answer(ClientAction action) {
      reply.setClientAction(action);
    }

    Answer updates(String value) {
      reply.setStateAction(
          ValueEntityAction.newBuilder()
              .setUpdate(ValueEntityUpdate.newBuilder().setValue(persisted(value))));
      return this;
    }

    Answer deletes() {
      reply.setStateAction(
          ValueEntityAction.newBuilder().setDelete(ValueEntityDelete.getDefaultInstance()));
      return this;
    }

    Answer effect(String id) {
      reply.addSideEffects(Messages.effect(TWO, "Call", of(id), false));
      return this;
    }

    Answer synchronousEffect(String id) {
      reply.addSideEffects(Messages.effect(TWO, "Call", of(id), true));
      return this;
    }

    private ValueEntityStreamOut to(long commandId) {
      if (reply.getClientAction().hasFailure()) {
        reply.getClientActionBuilder().getFailureBuilder().setCommandId(commandId);
      }
      return ValueEntityStreamOut.newBuilder().setReply(reply.setCommandId(commandId)).build();
    }
  }

  static Answer state(String text) {
    return new Answer(Messages.replied(Response.newBuilder().setMessage(text).build()));
  }

  static Answer forwarded(String id) {
    return new Answer(Messages.forwarded(TWO, "Call", of(id)));
  }

  static Answer failed(String description) {
    return new Answer(Messages.failed(0, description, false));
  }

  static RequestAction update(String value) {
    return RequestAction.newBuilder().setUpdate(Update.newBuilder().setValue(value)).build();
  }

  static RequestAction delete() {
    return RequestAction.newBuilder().setDelete(Delete.getDefaultInstance()).build();
  }

  static RequestAction forward(String id) {
    return RequestAction.newBuilder().setForward(Forward.newBuilder().setId(id)).build();
  }

  static RequestAction effect(String id) {
    return RequestAction.newBuilder().setEffect(Effect.newBuilder().setId(id)).build();
  }

  static RequestAction synchronousEffect(String id) {
    return RequestAction.newBuilder()
        .setEffect(Effect.newBuilder().setId(id).setSynchronous(true))
        .build();
  }

  static RequestAction fail(String description) {
    return RequestAction.newBuilder().setFail(Fail.newBuilder().setMessage(description)).build();
  }

  private static Request of(String id) {
    return Request.newBuilder().setId(id).build();
  }

  private static Any persisted(String value) {
    return Messages.any(Persisted.newBuilder().setValue(value).build());
  }
}
