package io.cloudstate.tck.reference;

import static io.cloudstate.tck.reference.Services.CRDT_TWO;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelete;
import io.cloudstate.protocol.CrdtOuterClass.CrdtInit;
import io.cloudstate.protocol.CrdtOuterClass.CrdtReply;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStateAction;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamCancelledResponse;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamedMessage;
import io.cloudstate.protocol.CrdtOuterClass.CrdtWriteConsistency;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;
import io.cloudstate.protocol.EntityOuterClass.StreamCancelled;
import io.cloudstate.tck.model.Crdt.Effect;
import io.cloudstate.tck.model.Crdt.Request;
import io.cloudstate.tck.model.Crdt.RequestAction;
import io.cloudstate.tck.model.Crdt.Response;
import io.cloudstate.tck.model.Crdt.State;
import io.cloudstate.tck.model.Crdt.StreamedRequest;
import io.cloudstate.tck.model.Crdt.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The CRDT model (spec: crdt.md sections 5, 6 and 13; protocol.md, {@code
 * cloudstate/tck/model/crdt.proto}). The function's copy changes by the deltas of the proxy and by
 * commands; what a command changes goes with its reply. Whatever changed it, every open streamed
 * command is told the new state afterwards.
 *
 * <p>{@code init} → ({@code delta} | {@code command} → {@code reply} | {@code stream_cancelled} →
 * {@code stream_cancelled_response})* → {@code delete}?
 */
final class CrdtSession implements Session<CrdtStreamIn, CrdtStreamOut> {

  private @Nullable CrdtInit init; // null until it came
  private @Nullable Crdt crdt; // null until it has a value, here or elsewhere
  private final Map<Long, StreamedRequest> streams = new TreeMap<>(); // open ones, by command

  @Override
  public List<CrdtStreamOut> onMessage(CrdtStreamIn message) {
    return switch (message.getMessageCase()) {
      case INIT -> onInit(message.getInit());
      case DELTA -> {
        crdt().apply(message.getDelta());
        yield streamed();
      }
      case DELETE -> {
        crdt = null;
        streams.clear();
        yield List.of();
      }
      case COMMAND -> onCommand(message.getCommand());
      case STREAM_CANCELLED -> onCancelled(message.getStreamCancelled());
      case MESSAGE_NOT_SET -> throw new ProtocolViolation("message without content");
    };
  }

  private List<CrdtStreamOut> onInit(CrdtInit init) {
    this.init = init;
    if (init.hasDelta()) {
      crdt().apply(init.getDelta());
    }
    return List.of();
  }

  private List<CrdtStreamOut> onCommand(Command command) {
    var service = init().getServiceName();
    var reply = CrdtReply.newBuilder().setCommandId(command.getId());
    return switch (service) {
      case Services.CRDT ->
          command.getStreamed()
              ? onStreamed(Answers.unpacked(command.getPayload(), StreamedRequest.parser()), reply)
              : process(Answers.unpacked(command.getPayload(), Request.parser()), reply);
      case CRDT_TWO -> call(Answers.unpacked(command.getPayload(), Request.parser()), reply);
      case Services.CRDT_CONFIGURED ->
          List.of(out(reply.setClientAction(Answers.reply(Response.getDefaultInstance()))));
      default -> throw new ProtocolViolation("service " + service + " is not served here");
    };
  }

  /** The target of forwards and effects. */
  private static List<CrdtStreamOut> call(Request request, CrdtReply.Builder reply) {
    if (request.getActionsList().stream().anyMatch(RequestAction::hasDelete)) {
      reply.setStateAction(delete());
    }
    return List.of(out(reply.setClientAction(Answers.reply(Response.getDefaultInstance()))));
  }

  private List<CrdtStreamOut> process(Request request, CrdtReply.Builder reply) {
    var failure = request.getActionsList().stream().filter(RequestAction::hasFail).findFirst();
    if (failure.isPresent()) {
      var text = failure.get().getFail().getMessage();
      return List.of(out(reply.setClientAction(Answers.failure(reply.getCommandId(), text))));
    }
    ClientAction forward = null;
    var isDeleted = false;
    var consistency = CrdtWriteConsistency.LOCAL;
    for (var action : request.getActionsList()) {
      switch (action.getActionCase()) {
        case UPDATE -> {
          crdt().update(action.getUpdate());
          consistency = consistency(action.getUpdate());
        }
        case DELETE -> isDeleted = true;
        case FORWARD -> forward = Answers.forward(CRDT_TWO, of(action.getForward().getId()));
        case EFFECT -> reply.addSideEffects(effect(action.getEffect()));
        case FAIL, ACTION_NOT_SET -> {}
      }
    }
    reply.setClientAction(forward == null ? answer() : forward);
    if (isDeleted) {
      return List.of(out(reply.setStateAction(delete())));
    }
    return changed(out(withChange(reply, consistency)));
  }

  /** The first answer keeps the client's stream open; the others follow when the value changes. */
  private List<CrdtStreamOut> onStreamed(StreamedRequest request, CrdtReply.Builder reply) {
    if (request.hasInitialUpdate()) {
      crdt().update(request.getInitialUpdate());
    }
    if (!request.getEmpty()) {
      reply.setClientAction(answer());
    }
    reply.setStreamed(!ends(request, crdt().state()));
    var answers = changed(out(withChange(reply, consistency(request.getInitialUpdate()))));
    if (reply.getStreamed()) {
      streams.put(reply.getCommandId(), request);
    }
    return answers;
  }

  private List<CrdtStreamOut> onCancelled(StreamCancelled cancelled) {
    var response = CrdtStreamCancelledResponse.newBuilder().setCommandId(cancelled.getId());
    var request = streams.remove(cancelled.getId());
    if (request != null && request.hasCancelUpdate()) {
      crdt().update(request.getCancelUpdate());
      if (crdt().hasChanged()) {
        response.setStateAction(update(consistency(request.getCancelUpdate())));
      }
    }
    return changed(CrdtStreamOut.newBuilder().setStreamCancelledResponse(response).build());
  }

  private CrdtReply.Builder withChange(CrdtReply.Builder reply, CrdtWriteConsistency consistency) {
    return crdt().hasChanged() ? reply.setStateAction(update(consistency)) : reply;
  }

  /** An answer that carries the change, if there was one, and what the streams are told of it. */
  private List<CrdtStreamOut> changed(CrdtStreamOut answer) {
    if (!crdt().hasChanged()) {
      return List.of(answer);
    }
    crdt().forgetChange();
    var answers = new ArrayList<CrdtStreamOut>(List.of(answer));
    answers.addAll(streamed());
    return answers;
  }

  /** The state for every open stream but the empty ones; those whose state is reached end. */
  private List<CrdtStreamOut> streamed() {
    var state = crdt().state();
    var messages = new ArrayList<CrdtStreamOut>();
    streams.forEach(
        (commandId, request) -> {
          if (!request.getEmpty()) {
            messages.add(streamed(commandId, request, state));
          }
        });
    streams.values().removeIf(request -> ends(request, state));
    return messages;
  }

  private CrdtStreamOut streamed(long commandId, StreamedRequest request, State state) {
    return CrdtStreamOut.newBuilder()
        .setStreamedMessage(
            CrdtStreamedMessage.newBuilder()
                .setCommandId(commandId)
                .setClientAction(answer())
                .addAllSideEffects(
                    request.getEffectsList().stream().map(CrdtSession::effect).toList())
                .setEndStream(ends(request, state)))
        .build();
  }

  private static boolean ends(StreamedRequest request, State state) {
    return !request.getEmpty() && request.hasEndState() && request.getEndState().equals(state);
  }

  private CrdtInit init() {
    if (init == null) {
      throw new ProtocolViolation("message before init");
    }
    return init;
  }

  private Crdt crdt() {
    if (crdt == null) {
      crdt = Crdt.named(init().getEntityId());
    }
    return crdt;
  }

  private ClientAction answer() {
    return Answers.reply(Response.newBuilder().setState(crdt().state()).build());
  }

  private CrdtStateAction update(CrdtWriteConsistency consistency) {
    return CrdtStateAction.newBuilder()
        .setUpdate(crdt().change())
        .setWriteConsistency(consistency)
        .build();
  }

  private static CrdtStateAction delete() {
    return CrdtStateAction.newBuilder().setDelete(CrdtDelete.getDefaultInstance()).build();
  }

  private static CrdtWriteConsistency consistency(Update update) {
    return switch (update.getWriteConsistency()) {
      case LOCAL, UNRECOGNIZED -> CrdtWriteConsistency.LOCAL;
      case MAJORITY -> CrdtWriteConsistency.MAJORITY;
      case ALL -> CrdtWriteConsistency.ALL;
    };
  }

  private static SideEffect effect(Effect effect) {
    return Answers.effect(CRDT_TWO, of(effect.getId()), effect.getSynchronous());
  }

  private static Request of(String id) {
    return Request.newBuilder().setId(id).build();
  }

  private static CrdtStreamOut out(CrdtReply.Builder reply) {
    return CrdtStreamOut.newBuilder().setReply(reply).build();
  }
}
