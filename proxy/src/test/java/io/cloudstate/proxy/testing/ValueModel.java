package io.cloudstate.proxy.testing;

import com.google.protobuf.Any;
import io.cloudstate.protocol.EntityOuterClass;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntityPassivationStrategy;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.TimeoutPassivationStrategy;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityAction;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityDelete;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityInit;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityInitState;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityReply;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityUpdate;
import io.cloudstate.tck.model.valueentity.Valueentity;
import io.cloudstate.tck.model.valueentity.Valueentity.Persisted;
import io.cloudstate.tck.model.valueentity.Valueentity.Request;
import io.cloudstate.tck.model.valueentity.Valueentity.Response;

/** The value entity model of the conformance kit: its spec, and the messages on its streams. */
public final class ValueModel {

  public static final String MODEL = "cloudstate.tck.model.valueentity.ValueEntityTckModel";
  public static final String TWO = "cloudstate.tck.model.valueentity.ValueEntityTwo";
  public static final String CONFIGURED = "cloudstate.tck.model.valueentity.ValueEntityConfigured";

  /** Of {@link #CONFIGURED}. */
  public static final int PASSIVATION_MILLIS = 100;

  private ValueModel() {}

  public static EntitySpec spec() {
    var timeout = TimeoutPassivationStrategy.newBuilder().setTimeout(PASSIVATION_MILLIS);
    return spec(
        entity(MODEL, "value-entity-tck-model"),
        entity(TWO, "value-entity-tck-model-two"),
        entity(CONFIGURED, "value-entity-configured").toBuilder()
            .setPassivationStrategy(EntityPassivationStrategy.newBuilder().setTimeout(timeout))
            .build());
  }

  public static EntitySpec spec(Entity... entities) {
    return TckModel.spec(Valueentity.getDescriptor(), entities);
  }

  public static Entity entity(String service, String persistenceId) {
    return Entity.newBuilder()
        .setEntityType("cloudstate.valueentity.ValueEntity")
        .setServiceName(service)
        .setPersistenceId(persistenceId)
        .build();
  }

  /** Of an entity without a value: the state is there all the same. */
  public static ValueEntityStreamIn init(String service, String id) {
    return init(service, id, ValueEntityInitState.getDefaultInstance());
  }

  public static ValueEntityStreamIn init(String service, String id, String value) {
    var state = ValueEntityInitState.newBuilder().setValue(persisted(value)).build();
    return init(service, id, state);
  }

  private static ValueEntityStreamIn init(String service, String id, ValueEntityInitState state) {
    return ValueEntityStreamIn.newBuilder()
        .setInit(
            ValueEntityInit.newBuilder().setServiceName(service).setEntityId(id).setState(state))
        .build();
  }

  public static ValueEntityStreamIn command(long id, String name, Request request) {
    return ValueEntityStreamIn.newBuilder()
        .setCommand(
            EntityOuterClass.Command.newBuilder()
                .setEntityId(request.getId())
                .setId(id)
                .setName(name)
                .setPayload(TckModel.any(request)))
        .build();
  }

  /** A reply with a text that changes nothing. */
  public static ValueEntityReply.Builder reply(long id, String text) {
    return ValueEntityReply.newBuilder()
        .setCommandId(id)
        .setClientAction(
            ClientAction.newBuilder()
                .setReply(
                    EntityOuterClass.Reply.newBuilder()
                        .setPayload(TckModel.any(Response.newBuilder().setMessage(text).build()))));
  }

  /** A reply that fails the command. */
  public static ValueEntityReply.Builder failed(long id, String text, boolean restart) {
    var failure = Failure.newBuilder().setCommandId(id).setDescription(text).setRestart(restart);
    return ValueEntityReply.newBuilder()
        .setCommandId(id)
        .setClientAction(ClientAction.newBuilder().setFailure(failure));
  }

  public static ValueEntityAction update(String value) {
    return ValueEntityAction.newBuilder()
        .setUpdate(ValueEntityUpdate.newBuilder().setValue(persisted(value)))
        .build();
  }

  public static ValueEntityAction delete() {
    return ValueEntityAction.newBuilder().setDelete(ValueEntityDelete.getDefaultInstance()).build();
  }

  public static ValueEntityStreamOut out(ValueEntityReply.Builder reply) {
    return ValueEntityStreamOut.newBuilder().setReply(reply).build();
  }

  /** A failure of the stream, not a reply. */
  public static ValueEntityStreamOut failure(long commandId, String text) {
    return ValueEntityStreamOut.newBuilder()
        .setFailure(Failure.newBuilder().setCommandId(commandId).setDescription(text))
        .build();
  }

  public static Any persisted(String value) {
    return TckModel.any(Persisted.newBuilder().setValue(value).build());
  }
}
