package io.cloudstate.proxy.entity.value;

import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityReply;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityUpdate;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.entity.EntityMessages;
import io.cloudstate.proxy.entity.EntitySession;
import io.cloudstate.proxy.entity.Step;
import io.cloudstate.proxy.entity.Violations;
import io.cloudstate.proxy.entity.value.ValueStep.Send;
import io.cloudstate.proxy.entity.value.ValueStep.Write;
import io.cloudstate.proxy.storage.outbox.OutgoingReply;
import io.cloudstate.proxy.storage.store.StoredValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The conversation of a value instance: the stored value goes out first, and what a reply changes
 * is that value. Implements spec/value-entity.md 1 to 3.
 */
final class ValueSession extends EntitySession<ValueEntityStreamOut> {

  private static final Violations VIOLATIONS = new Violations("Value entity");

  private final String serviceName;
  private final String entityId;

  private long revision; // of what is stored, as far as the function's state goes

  /**
   * A session with nothing loaded.
   *
   * @param maxQueued how many commands may wait behind the one outstanding
   * @param nanoTime the clock of {@link Call#deadlineNanos()}
   */
  ValueSession(String serviceName, String entityId, int maxQueued, LongSupplier nanoTime) {
    super(entityId, maxQueued, nanoTime, VIOLATIONS);
    this.serviceName = serviceName;
    this.entityId = entityId;
  }

  /** What is stored was read. */
  List<Step> onRead(StoredValue stored) {
    if (state() != State.LOADING) {
      return List.of();
    }
    revision = stored.revision();
    var steps = new ArrayList<Step>(2);
    steps.add(new Send(ProtocolMessages.init(serviceName, entityId, stored.value())));
    steps.addAll(loaded());
    return steps;
  }

  /** The store could not be read. */
  List<Step> onReadFailed(String reason) {
    return state() == State.LOADING ? storageFailed("loading failed: " + reason) : List.of();
  }

  /** The last {@link Write} is durable. */
  List<Step> onWritten() {
    if (state() != State.STORING) {
      return List.of();
    }
    revision++;
    return stored();
  }

  @Override
  protected Step command(long id, Call call) {
    return new Send(ProtocolMessages.command(entityId, id, call));
  }

  @Override
  protected List<Step> onOutput(ValueEntityStreamOut message) {
    return switch (message.getMessageCase()) {
      case REPLY -> onReply(message.getReply());
      case FAILURE -> onFailure(message.getFailure());
      case MESSAGE_NOT_SET -> violated(VIOLATIONS.emptyMessage("failure"));
    };
  }

  @Override
  protected void unload() {
    revision = 0;
  }

  private List<Step> onReply(ValueEntityReply reply) {
    var mistake = mistakeOfReply(reply.getCommandId());
    if (mistake != null) {
      return violated(mistake);
    }
    var answer = ProtocolMessages.answer(reply);
    if (reply.getClientAction().hasFailure()) {
      return onRefusal(reply, answer);
    }
    if (!reply.hasStateAction()) {
      return answered(answer);
    }
    var action = reply.getStateAction();
    return switch (action.getActionCase()) {
      case UPDATE -> onUpdate(action.getUpdate(), answer);
      case DELETE -> write(null, answer);
      case ACTION_NOT_SET ->
          violated(
              VIOLATIONS.incompleteReply(
                  "state action in reply to command %d without a variant set (expected: update or delete)"
                      .formatted(currentId())));
    };
  }

  private List<Step> onRefusal(ValueEntityReply reply, Answer answer) {
    if (reply.getClientAction().getFailure().getRestart()) {
      return restart(answer);
    }
    return reply.hasStateAction()
        ? restartWithout(
            "state action with a failure of command %d was dropped".formatted(currentId()), answer)
        : answered(answer);
  }

  private List<Step> onUpdate(ValueEntityUpdate update, Answer answer) {
    return update.hasValue()
        ? write(EntityMessages.payload(update.getValue()), answer)
        : violated(
            VIOLATIONS.incompleteReply(
                "update in reply to command %d without a value".formatted(currentId())));
  }

  private List<Step> write(@Nullable Payload value, Answer answer) {
    var outgoing = OutgoingReply.of(call(), serviceName, entityId, answer.action());
    return store(
        new Write(revision, value, outgoing), outgoing == null ? answer : answer.inOutbox());
  }
}
