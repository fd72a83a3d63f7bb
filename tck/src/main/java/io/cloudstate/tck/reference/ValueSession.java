package io.cloudstate.tck.reference;

import static io.cloudstate.tck.reference.Services.VALUE_TWO;

import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityAction;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityDelete;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityInit;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityReply;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityUpdate;
import io.cloudstate.tck.model.valueentity.Valueentity.Effect;
import io.cloudstate.tck.model.valueentity.Valueentity.Persisted;
import io.cloudstate.tck.model.valueentity.Valueentity.Request;
import io.cloudstate.tck.model.valueentity.Valueentity.RequestAction;
import io.cloudstate.tck.model.valueentity.Valueentity.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The value entity model (spec: protocol.md, {@code cloudstate/tck/model/valueentity.proto}). Its
 * state is a text; of several updates and deletes in one command the proxy is told only the last.
 *
 * <p>{@code init} → ({@code command} → {@code reply})*
 */
final class ValueSession implements Session<ValueEntityStreamIn, ValueEntityStreamOut> {

  private @Nullable String service; // null until init
  private String state = "";

  @Override
  public List<ValueEntityStreamOut> onMessage(ValueEntityStreamIn message) {
    return switch (message.getMessageCase()) {
      case INIT -> {
        onInit(message.getInit());
        yield List.of();
      }
      case COMMAND -> List.of(reply(onCommand(message.getCommand())));
      case MESSAGE_NOT_SET -> throw new ProtocolViolation("message without content");
    };
  }

  private void onInit(ValueEntityInit init) {
    service = init.getServiceName();
    if (init.getState().hasValue()) {
      state = Answers.unpacked(init.getState().getValue(), Persisted.parser()).getValue();
    }
  }

  private ValueEntityReply.Builder onCommand(Command command) {
    if (service == null) {
      throw new ProtocolViolation("command " + command.getId() + " before init");
    }
    var reply = ValueEntityReply.newBuilder().setCommandId(command.getId());
    return switch (service) {
      case Services.VALUE ->
          process(Answers.unpacked(command.getPayload(), Request.parser()), reply);
      case VALUE_TWO, Services.VALUE_CONFIGURED ->
          reply.setClientAction(Answers.reply(Response.getDefaultInstance()));
      default -> throw new ProtocolViolation("service " + service + " is not served here");
    };
  }

  private ValueEntityReply.Builder process(Request request, ValueEntityReply.Builder reply) {
    var failure = request.getActionsList().stream().filter(RequestAction::hasFail).findFirst();
    if (failure.isPresent()) {
      var text = failure.get().getFail().getMessage();
      return reply.setClientAction(Answers.failure(reply.getCommandId(), text));
    }
    ClientAction forward = null;
    for (var action : request.getActionsList()) {
      switch (action.getActionCase()) {
        case UPDATE -> {
          state = action.getUpdate().getValue();
          reply.setStateAction(update(state));
        }
        case DELETE -> {
          state = "";
          reply.setStateAction(delete());
        }
        case FORWARD -> forward = Answers.forward(VALUE_TWO, of(action.getForward().getId()));
        case EFFECT -> reply.addSideEffects(effect(action.getEffect()));
        case FAIL, ACTION_NOT_SET -> {}
      }
    }
    return reply.setClientAction(forward == null ? answer() : forward);
  }

  private ClientAction answer() {
    return Answers.reply(Response.newBuilder().setMessage(state).build());
  }

  private static ValueEntityAction update(String value) {
    var persisted = Answers.packed(Persisted.newBuilder().setValue(value).build());
    return ValueEntityAction.newBuilder()
        .setUpdate(ValueEntityUpdate.newBuilder().setValue(persisted))
        .build();
  }

  private static ValueEntityAction delete() {
    return ValueEntityAction.newBuilder().setDelete(ValueEntityDelete.getDefaultInstance()).build();
  }

  private static SideEffect effect(Effect effect) {
    return Answers.effect(VALUE_TWO, of(effect.getId()), effect.getSynchronous());
  }

  private static Request of(String id) {
    return Request.newBuilder().setId(id).build();
  }

  private static ValueEntityStreamOut reply(ValueEntityReply.Builder reply) {
    return ValueEntityStreamOut.newBuilder().setReply(reply).build();
  }
}
