package io.cloudstate.tck.reference;

import static io.cloudstate.tck.reference.Services.EVENT_SOURCED;
import static io.cloudstate.tck.reference.Services.EVENT_SOURCED_TWO;

import com.google.protobuf.Any;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedInit;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedReply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.tck.model.Eventsourced.Effect;
import io.cloudstate.tck.model.Eventsourced.Persisted;
import io.cloudstate.tck.model.Eventsourced.Request;
import io.cloudstate.tck.model.Eventsourced.RequestAction;
import io.cloudstate.tck.model.Eventsourced.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The event sourced model (spec: protocol.md, {@code cloudstate/tck/model/eventsourced.proto}). Its
 * state is a text to which every event appends; a snapshot goes with the reply whose events reach
 * or pass a multiple of five. A command that fails emits nothing, so its entity needs no restart.
 *
 * <p>{@code init} → {@code event}* → ({@code command} → {@code reply})*
 */
final class EventSourcedSession implements Session<EventSourcedStreamIn, EventSourcedStreamOut> {

  private static final int SNAPSHOT_EVERY_EVENTS = 5;

  private @Nullable String service; // null until init
  private String state = "";
  private long sequence; // of the last event in the state

  @Override
  public List<EventSourcedStreamOut> onMessage(EventSourcedStreamIn message) {
    return switch (message.getMessageCase()) {
      case INIT -> {
        onInit(message.getInit());
        yield List.of();
      }
      case EVENT -> {
        onEvent(message.getEvent().getPayload());
        yield List.of();
      }
      case COMMAND -> List.of(reply(onCommand(message.getCommand())));
      case MESSAGE_NOT_SET -> throw new ProtocolViolation("message without content");
    };
  }

  private void onInit(EventSourcedInit init) {
    service = init.getServiceName();
    if (init.hasSnapshot()) {
      state = Answers.unpacked(init.getSnapshot().getSnapshot(), Persisted.parser()).getValue();
      sequence = init.getSnapshot().getSnapshotSequence();
    }
  }

  /** Replayed or new: both change the state in the same way. Events of other models have none. */
  private void onEvent(Any event) {
    if (EVENT_SOURCED.equals(service)) {
      state += Answers.unpacked(event, Persisted.parser()).getValue();
    }
    sequence++;
  }

  private EventSourcedReply.Builder onCommand(Command command) {
    if (service == null) {
      throw new ProtocolViolation("command " + command.getId() + " before init");
    }
    var reply = EventSourcedReply.newBuilder().setCommandId(command.getId());
    return switch (service) {
      case EVENT_SOURCED ->
          process(Answers.unpacked(command.getPayload(), Request.parser()), reply);
      case EVENT_SOURCED_TWO, Services.EVENT_SOURCED_CONFIGURED ->
          reply.setClientAction(Answers.reply(Response.getDefaultInstance()));
      case Services.EVENT_LOG_ONE, Services.EVENT_LOG_TWO -> EventLogs.emit(command, reply);
      default -> throw new ProtocolViolation("service " + service + " is not served here");
    };
  }

  private EventSourcedReply.Builder process(Request request, EventSourcedReply.Builder reply) {
    var failure = request.getActionsList().stream().filter(RequestAction::hasFail).findFirst();
    if (failure.isPresent()) {
      var text = failure.get().getFail().getMessage();
      return reply.setClientAction(Answers.failure(reply.getCommandId(), text));
    }
    var sequenceBefore = sequence;
    ClientAction forward = null;
    for (var action : request.getActionsList()) {
      switch (action.getActionCase()) {
        case EMIT -> emit(action.getEmit().getValue(), reply);
        case FORWARD ->
            forward = Answers.forward(EVENT_SOURCED_TWO, of(action.getForward().getId()));
        case EFFECT -> reply.addSideEffects(effect(action.getEffect()));
        case FAIL, ACTION_NOT_SET -> {}
      }
    }
    if (sequence / SNAPSHOT_EVERY_EVENTS > sequenceBefore / SNAPSHOT_EVERY_EVENTS) {
      reply.setSnapshot(persisted(state));
    }
    return reply.setClientAction(forward == null ? answer() : forward);
  }

  private void emit(String value, EventSourcedReply.Builder reply) {
    var event = persisted(value);
    onEvent(event);
    reply.addEvents(event);
  }

  private ClientAction answer() {
    return Answers.reply(Response.newBuilder().setMessage(state).build());
  }

  private static io.cloudstate.protocol.EntityOuterClass.SideEffect effect(Effect effect) {
    return Answers.effect(EVENT_SOURCED_TWO, of(effect.getId()), effect.getSynchronous());
  }

  private static Request of(String id) {
    return Request.newBuilder().setId(id).build();
  }

  private static Any persisted(String value) {
    return Answers.packed(Persisted.newBuilder().setValue(value).build());
  }

  private static EventSourcedStreamOut reply(EventSourcedReply.Builder reply) {
    return EventSourcedStreamOut.newBuilder().setReply(reply).build();
  }
}
