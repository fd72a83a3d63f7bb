package io.cloudstate.samples.shoppingcart;

import com.example.shoppingcart.Shoppingcart.AddLineItem;
import com.example.shoppingcart.Shoppingcart.RemoveLineItem;
import com.example.shoppingcart.persistence.Domain;
import com.example.shoppingcart.persistence.Domain.CheckedOut;
import com.example.shoppingcart.persistence.Domain.ItemAdded;
import com.example.shoppingcart.persistence.Domain.ItemRemoved;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedEvent;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedInit;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedReply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import java.util.Optional;

/**
 * One stream's conversation about one cart. Plain messages in, plain messages out; not thread-safe.
 *
 * <pre>
 *   NEW ──init──► REPLAYING ──command──► SERVING
 *                  └─event─┘              └─command─┘
 *   anything else: a failure for the stream, after which no message may follow
 * </pre>
 */
final class CartSession {

  private enum Phase {
    NEW,
    REPLAYING,
    SERVING
  }

  private final int snapshotEveryEvents;
  private Phase phase = Phase.NEW;
  private Cart cart = Cart.empty();
  private String entityId = "";
  private long lastSequence;
  private int eventsSinceSnapshot;

  CartSession(int snapshotEveryEvents) {
    this.snapshotEveryEvents = snapshotEveryEvents;
  }

  /**
   * Takes the proxy's next message. Only commands are answered, each exactly once. An answer that
   * is a stream-level failure is the last one: the proxy broke the protocol, or what it has stored
   * is not ours.
   */
  Optional<EventSourcedStreamOut> onMessage(EventSourcedStreamIn message) {
    return switch (message.getMessageCase()) {
      case INIT -> onInit(message.getInit());
      case EVENT -> onEvent(message.getEvent());
      case COMMAND -> Optional.of(onCommand(message.getCommand()));
      case MESSAGE_NOT_SET ->
          Optional.of(streamFailure(0, "empty message (expected: init, event or command)"));
    };
  }

  private Optional<EventSourcedStreamOut> onInit(EventSourcedInit init) {
    if (phase != Phase.NEW) {
      return Optional.of(streamFailure(0, "second init for " + init.getEntityId()));
    }
    if (init.hasSnapshot()) {
      var snapshot = init.getSnapshot();
      try {
        cart = Cart.restore(snapshot.getSnapshot().unpack(Domain.Cart.class));
      } catch (InvalidProtocolBufferException e) {
        return Optional.of(unreadable("snapshot", snapshot.getSnapshot(), e));
      }
      lastSequence = snapshot.getSnapshotSequence();
    }
    entityId = init.getEntityId();
    phase = Phase.REPLAYING;
    return Optional.empty();
  }

  private Optional<EventSourcedStreamOut> onEvent(EventSourcedEvent event) {
    if (phase != Phase.REPLAYING) {
      var when = phase == Phase.NEW ? " before init" : " after a command";
      return Optional.of(streamFailure(0, "event " + event.getSequence() + when));
    }
    if (event.getSequence() != lastSequence + 1) {
      return Optional.of(
          streamFailure(
              0, "event " + event.getSequence() + " (expected: " + (lastSequence + 1) + ")"));
    }
    try {
      apply(readEvent(event.getPayload()));
    } catch (InvalidProtocolBufferException e) {
      return Optional.of(unreadable("event " + event.getSequence(), event.getPayload(), e));
    }
    lastSequence = event.getSequence();
    return Optional.empty();
  }

  private EventSourcedStreamOut onCommand(Command command) {
    if (phase == Phase.NEW) {
      return streamFailure(command.getId(), "command " + command.getId() + " before init");
    }
    if (!command.getEntityId().equals(entityId)) {
      return streamFailure(
          command.getId(),
          "command for " + command.getEntityId() + " (expected: " + entityId + ")");
    }
    phase = Phase.SERVING;
    var outcome = decide(command);
    if (outcome instanceof Cart.Outcome.Accepted accepted) {
      return accept(command, accepted);
    }
    if (outcome instanceof Cart.Outcome.Refused refused) {
      return refuse(command, refused);
    }
    throw new AssertionError("unhandled: " + outcome);
  }

  private Cart.Outcome decide(Command command) {
    var payload = command.getPayload();
    try {
      return switch (command.getName()) {
        case "AddItem" -> cart.addItem(payload.unpack(AddLineItem.class));
        case "RemoveItem" -> cart.removeItem(payload.unpack(RemoveLineItem.class));
        case "GetCart" -> cart.getCart();
        case "CheckOut" -> cart.checkOut();
        default ->
            new Cart.Outcome.Refused(
                "Unknown command "
                    + command.getName()
                    + ": a cart knows AddItem, RemoveItem, GetCart, CheckOut");
      };
    } catch (InvalidProtocolBufferException e) {
      return new Cart.Outcome.Refused(
          "Cannot read " + command.getName() + " from " + payload.getTypeUrl());
    }
  }

  /** The new events are applied here and now: the proxy stores them, but never sends them back. */
  private EventSourcedStreamOut accept(Command command, Cart.Outcome.Accepted accepted) {
    accepted.events().forEach(this::apply);
    var reply =
        EventSourcedReply.newBuilder()
            .setCommandId(command.getId())
            .setClientAction(
                ClientAction.newBuilder()
                    .setReply(Reply.newBuilder().setPayload(Any.pack(accepted.reply()))))
            .addAllEvents(accepted.events().stream().map(Any::pack).toList());
    // A snapshot is legal only beside events: a mere reader may not bring the overdue one.
    if (!accepted.events().isEmpty() && eventsSinceSnapshot >= snapshotEveryEvents) {
      reply.setSnapshot(Any.pack(cart.snapshot()));
      eventsSinceSnapshot = 0;
    }
    return EventSourcedStreamOut.newBuilder().setReply(reply).build();
  }

  private static EventSourcedStreamOut refuse(Command command, Cart.Outcome.Refused refused) {
    var failure =
        Failure.newBuilder().setCommandId(command.getId()).setDescription(refused.reason());
    return EventSourcedStreamOut.newBuilder()
        .setReply(
            EventSourcedReply.newBuilder()
                .setCommandId(command.getId())
                .setClientAction(ClientAction.newBuilder().setFailure(failure)))
        .build();
  }

  private void apply(Message event) {
    cart.apply(event);
    eventsSinceSnapshot++;
  }

  private static Message readEvent(Any event) throws InvalidProtocolBufferException {
    if (event.is(ItemRemoved.class)) {
      return event.unpack(ItemRemoved.class);
    }
    return event.is(CheckedOut.class)
        ? event.unpack(CheckedOut.class)
        : event.unpack(ItemAdded.class);
  }

  private static EventSourcedStreamOut unreadable(
      String what, Any payload, InvalidProtocolBufferException cause) {
    return streamFailure(
        0, what + " of type " + payload.getTypeUrl() + " is not readable: " + cause.getMessage());
  }

  private static EventSourcedStreamOut streamFailure(long commandId, String description) {
    return EventSourcedStreamOut.newBuilder()
        .setFailure(Failure.newBuilder().setCommandId(commandId).setDescription(description))
        .build();
  }
}
