package io.cloudstate.samples.shoppingcart;

import com.example.shoppingcart.sales.ItemSold;
import com.example.shoppingcart.sales.ProductState;
import com.example.shoppingcart.sales.Sales;
import com.google.protobuf.Any;
import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityAction;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityInit;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityReply;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityUpdate;
import java.util.Optional;

/**
 * One stream's conversation about the sales of one product. Events come at least once: an event
 * that comes again, because somebody crashed before it was acknowledged, is one of the latest, and
 * is not counted twice. Plain messages in, plain messages out; not thread-safe.
 */
final class ProductSession {

  /** How many checkouts are remembered. */
  static final int REMEMBERED = 200;

  private boolean initialized;
  private String productId = "";
  private ProductState state = ProductState.getDefaultInstance();

  /**
   * Takes the proxy's next message. Only commands are answered, each exactly once. An answer that
   * is a stream-level failure is the last one: the proxy broke the protocol, or what it has stored
   * is not ours.
   */
  Optional<ValueEntityStreamOut> onMessage(ValueEntityStreamIn message) {
    return switch (message.getMessageCase()) {
      case INIT -> onInit(message.getInit());
      case COMMAND -> Optional.of(onCommand(message.getCommand()));
      case MESSAGE_NOT_SET ->
          Optional.of(streamFailure(0, "empty message (expected: init or command)"));
    };
  }

  private Optional<ValueEntityStreamOut> onInit(ValueEntityInit init) {
    if (initialized) {
      return Optional.of(streamFailure(0, "second init for " + init.getEntityId()));
    }
    if (init.getState().hasValue()) {
      var stored = init.getState().getValue();
      try {
        state = stored.unpack(ProductState.class);
      } catch (InvalidProtocolBufferException e) {
        return Optional.of(
            streamFailure(
                0, "state of type " + stored.getTypeUrl() + " is not readable: " + e.getMessage()));
      }
    }
    productId = init.getEntityId();
    initialized = true;
    return Optional.empty();
  }

  private ValueEntityStreamOut onCommand(Command command) {
    if (!initialized) {
      return streamFailure(command.getId(), "command " + command.getId() + " before init");
    }
    if (!command.getEntityId().equals(productId)) {
      return streamFailure(
          command.getId(),
          "command for " + command.getEntityId() + " (expected: " + productId + ")");
    }
    var reply = decide(command).setCommandId(command.getId());
    return ValueEntityStreamOut.newBuilder().setReply(reply).build();
  }

  private ValueEntityReply.Builder decide(Command command) {
    return switch (command.getName()) {
      case "Count" -> count(command);
      case "GetSales" -> answer(state.getSales());
      default ->
          refuse(
              command,
              "Unknown command " + command.getName() + ": a product knows Count, GetSales");
    };
  }

  private ValueEntityReply.Builder count(Command command) {
    ItemSold item;
    try {
      item = command.getPayload().unpack(ItemSold.class);
    } catch (InvalidProtocolBufferException e) {
      return refuse(command, "Cannot read Count from " + command.getPayload().getTypeUrl());
    }
    if (state.getCountedList().contains(item.getCheckout())) {
      return answer(Empty.getDefaultInstance());
    }
    state = with(item);
    return answer(Empty.getDefaultInstance())
        .setStateAction(
            ValueEntityAction.newBuilder()
                .setUpdate(ValueEntityUpdate.newBuilder().setValue(Any.pack(state))));
  }

  private ProductState with(ItemSold item) {
    var counted = state.getCountedList();
    var forgotten = Math.max(0, counted.size() + 1 - REMEMBERED);
    return ProductState.newBuilder()
        .setSales(
            Sales.newBuilder()
                .setName(item.getName())
                .setSold(state.getSales().getSold() + item.getQuantity()))
        .addAllCounted(counted.subList(forgotten, counted.size()))
        .addCounted(item.getCheckout())
        .build();
  }

  private static ValueEntityReply.Builder answer(Message reply) {
    return ValueEntityReply.newBuilder()
        .setClientAction(
            ClientAction.newBuilder().setReply(Reply.newBuilder().setPayload(Any.pack(reply))));
  }

  private static ValueEntityReply.Builder refuse(Command command, String reason) {
    return ValueEntityReply.newBuilder()
        .setClientAction(
            ClientAction.newBuilder()
                .setFailure(
                    Failure.newBuilder().setCommandId(command.getId()).setDescription(reason)));
  }

  private static ValueEntityStreamOut streamFailure(long commandId, String description) {
    return ValueEntityStreamOut.newBuilder()
        .setFailure(Failure.newBuilder().setCommandId(commandId).setDescription(description))
        .build();
  }
}
