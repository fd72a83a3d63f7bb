package io.cloudstate.samples.shoppingcart;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.shoppingcart.Shoppingcart;
import com.example.shoppingcart.Shoppingcart.AddLineItem;
import com.example.shoppingcart.Shoppingcart.CheckOutShoppingCart;
import com.example.shoppingcart.Shoppingcart.GetShoppingCart;
import com.example.shoppingcart.Shoppingcart.RemoveLineItem;
import com.example.shoppingcart.persistence.Domain;
import com.example.shoppingcart.persistence.Domain.CheckedOut;
import com.example.shoppingcart.persistence.Domain.ItemAdded;
import com.example.shoppingcart.persistence.Domain.ItemRemoved;
import com.google.protobuf.Any;
import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedEvent;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedInit;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedReply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedSnapshot;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import java.util.List;
import org.junit.jupiter.api.Test;

class CartSessionTest {

  private final CartSession session = new CartSession(3);

  @Test
  void initAndReplayAreNotAnswered() {
    assertThat(session.onMessage(init())).isEmpty();
    assertThat(session.onMessage(event(1, added("apple", 3)))).isEmpty();
    assertThat(session.onMessage(event(2, removed("apple")))).isEmpty();
  }

  @Test
  void aCommandIsAnsweredUnderItsIdWithItsEvents() {
    session.onMessage(init());

    var answer = answer(command(7, "AddItem", add("apple", 3)));

    assertThat(answer).isEqualTo(reply(7, Empty.getDefaultInstance(), added("apple", 3)));
  }

  @Test
  void ownEventsCountForTheNextCommandWithoutComingBack() {
    session.onMessage(init());
    answer(command(1, "AddItem", add("apple", 3)));

    assertThat(items(answer(getCart(2)))).containsExactly(item("apple", 3));
  }

  @Test
  void replayStartsFromTheSnapshot() {
    var snapshot = Domain.Cart.newBuilder().addItems(stored("pear", 1)).build();
    session.onMessage(init(10, Any.pack(snapshot)));
    session.onMessage(event(11, added("apple", 3)));

    assertThat(items(answer(getCart(1)))).containsExactly(item("pear", 1), item("apple", 3));
  }

  @Test
  void aRefusedCommandHasNoEventsAndTheStreamGoesOn() {
    session.onMessage(init());

    assertThat(answer(command(1, "RemoveItem", remove("apple"))))
        .isEqualTo(refusal(1, "Cannot remove apple: it is not in the cart"));
    assertThat(items(answer(getCart(2)))).isEmpty();
  }

  @Test
  void anUnknownCommandIsRefused() {
    session.onMessage(init());

    assertThat(answer(command(1, "Empty", Empty.getDefaultInstance())))
        .isEqualTo(
            refusal(
                1, "Unknown command Empty: a cart knows AddItem, RemoveItem, GetCart, CheckOut"));
  }

  @Test
  void whatIsCheckedOutIsStoredRepliedAndNoLongerInTheCart() {
    session.onMessage(init());
    session.onMessage(event(1, added("apple", 3)));

    var answer = answer(command(1, "CheckOut", CheckOutShoppingCart.getDefaultInstance()));

    assertThat(answer)
        .isEqualTo(
            reply(
                1,
                Shoppingcart.Cart.newBuilder().addItems(item("apple", 3)).build(),
                CheckedOut.newBuilder().addItems(stored("apple", 3)).build()));
    assertThat(items(answer(getCart(2)))).isEmpty();
  }

  @Test
  void aCheckoutIsReplayed() {
    session.onMessage(init());
    session.onMessage(event(1, added("apple", 3)));
    session.onMessage(event(2, CheckedOut.newBuilder().addItems(stored("apple", 3)).build()));

    assertThat(items(answer(getCart(1)))).isEmpty();
  }

  @Test
  void anEmptyCartIsNotCheckedOut() {
    session.onMessage(init());

    assertThat(answer(command(1, "CheckOut", CheckOutShoppingCart.getDefaultInstance())))
        .isEqualTo(refusal(1, "Cannot check out: the cart is empty"));
  }

  @Test
  void aCommandWithTheWrongPayloadIsRefused() {
    session.onMessage(init());

    assertThat(answer(command(1, "AddItem", remove("apple"))))
        .isEqualTo(
            refusal(
                1,
                "Cannot read AddItem from"
                    + " type.googleapis.com/com.example.shoppingcart.RemoveLineItem"));
  }

  @Test
  void everyThirdEventBringsASnapshotThatIncludesIt() {
    session.onMessage(init());

    assertThat(answer(command(1, "AddItem", add("apple", 1))).getReply().hasSnapshot()).isFalse();
    assertThat(answer(command(2, "AddItem", add("apple", 1))).getReply().hasSnapshot()).isFalse();
    assertThat(answer(command(3, "AddItem", add("pear", 1))).getReply().getSnapshot())
        .isEqualTo(
            Any.pack(
                Domain.Cart.newBuilder()
                    .addItems(stored("apple", 2))
                    .addItems(stored("pear", 1))
                    .build()));
    assertThat(answer(command(4, "AddItem", add("pear", 1))).getReply().hasSnapshot()).isFalse();
  }

  @Test
  void replayedEventsCountTowardsTheNextSnapshotWhichWaitsForAnEvent() {
    session.onMessage(init());
    for (var sequence = 1; sequence <= 5; sequence++) {
      session.onMessage(event(sequence, added("apple", 1)));
    }

    assertThat(answer(getCart(1)).getReply().hasSnapshot()).isFalse();
    assertThat(answer(command(2, "AddItem", add("apple", 1))).getReply().hasSnapshot()).isTrue();
  }

  @Test
  void aCommandBeforeInitEndsTheStream() {
    assertThat(answer(getCart(1))).isEqualTo(end(1, "command 1 before init"));
  }

  @Test
  void anEventBeforeInitEndsTheStream() {
    assertThat(answer(event(1, added("apple", 1)))).isEqualTo(end(0, "event 1 before init"));
  }

  @Test
  void aSecondInitEndsTheStream() {
    session.onMessage(init());

    assertThat(answer(init())).isEqualTo(end(0, "second init for alice"));
  }

  @Test
  void anEventAfterACommandEndsTheStream() {
    session.onMessage(init());
    answer(getCart(1));

    assertThat(answer(event(1, added("apple", 1)))).isEqualTo(end(0, "event 1 after a command"));
  }

  @Test
  void aGapInTheEventsEndsTheStream() {
    session.onMessage(init());
    session.onMessage(event(1, added("apple", 1)));

    assertThat(answer(event(3, added("apple", 1)))).isEqualTo(end(0, "event 3 (expected: 2)"));
  }

  @Test
  void aCommandForAnotherCartEndsTheStream() {
    session.onMessage(init());
    var stray = getCart(1).toBuilder();
    stray.getCommandBuilder().setEntityId("bob");

    assertThat(answer(stray.build())).isEqualTo(end(1, "command for bob (expected: alice)"));
  }

  @Test
  void anEventThatIsNotOursEndsTheStream() {
    session.onMessage(init());

    var failure = answer(event(1, add("apple", 1))).getFailure();

    assertThat(failure.getDescription())
        .startsWith("event 1 of type type.googleapis.com/com.example.shoppingcart.AddLineItem");
  }

  @Test
  void aSnapshotThatIsNotOursEndsTheStream() {
    var failure = answer(init(1, Any.pack(add("apple", 1)))).getFailure();

    assertThat(failure.getDescription())
        .startsWith("snapshot of type type.googleapis.com/com.example.shoppingcart.AddLineItem");
  }

  @Test
  void anEmptyMessageEndsTheStream() {
    assertThat(answer(EventSourcedStreamIn.getDefaultInstance()))
        .isEqualTo(end(0, "empty message (expected: init, event or command)"));
  }

  private EventSourcedStreamOut answer(EventSourcedStreamIn message) {
    return session.onMessage(message).orElseThrow();
  }

  private static List<Shoppingcart.LineItem> items(EventSourcedStreamOut answer) {
    try {
      var payload = answer.getReply().getClientAction().getReply().getPayload();
      return payload.unpack(Shoppingcart.Cart.class).getItemsList();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("not a cart", e);
    }
  }

  private static EventSourcedStreamIn init() {
    return init(EventSourcedInit.newBuilder());
  }

  private static EventSourcedStreamIn init(long sequence, Any snapshot) {
    return init(
        EventSourcedInit.newBuilder()
            .setSnapshot(
                EventSourcedSnapshot.newBuilder()
                    .setSnapshotSequence(sequence)
                    .setSnapshot(snapshot)));
  }

  private static EventSourcedStreamIn init(EventSourcedInit.Builder init) {
    return EventSourcedStreamIn.newBuilder()
        .setInit(init.setServiceName("com.example.shoppingcart.ShoppingCart").setEntityId("alice"))
        .build();
  }

  private static EventSourcedStreamIn event(long sequence, Message payload) {
    return EventSourcedStreamIn.newBuilder()
        .setEvent(
            EventSourcedEvent.newBuilder().setSequence(sequence).setPayload(Any.pack(payload)))
        .build();
  }

  private static EventSourcedStreamIn getCart(long id) {
    return command(id, "GetCart", GetShoppingCart.newBuilder().setUserId("alice").build());
  }

  private static EventSourcedStreamIn command(long id, String name, Message payload) {
    return EventSourcedStreamIn.newBuilder()
        .setCommand(
            Command.newBuilder()
                .setEntityId("alice")
                .setId(id)
                .setName(name)
                .setPayload(Any.pack(payload)))
        .build();
  }

  private static EventSourcedStreamOut reply(long id, Message payload, Message event) {
    return EventSourcedStreamOut.newBuilder()
        .setReply(
            EventSourcedReply.newBuilder()
                .setCommandId(id)
                .setClientAction(
                    ClientAction.newBuilder()
                        .setReply(Reply.newBuilder().setPayload(Any.pack(payload))))
                .addEvents(Any.pack(event)))
        .build();
  }

  private static EventSourcedStreamOut refusal(long id, String description) {
    return EventSourcedStreamOut.newBuilder()
        .setReply(
            EventSourcedReply.newBuilder()
                .setCommandId(id)
                .setClientAction(
                    ClientAction.newBuilder()
                        .setFailure(
                            Failure.newBuilder().setCommandId(id).setDescription(description))))
        .build();
  }

  private static EventSourcedStreamOut end(long commandId, String description) {
    return EventSourcedStreamOut.newBuilder()
        .setFailure(Failure.newBuilder().setCommandId(commandId).setDescription(description))
        .build();
  }

  private static AddLineItem add(String product, int quantity) {
    return AddLineItem.newBuilder()
        .setUserId("alice")
        .setProductId(product)
        .setName("a " + product)
        .setQuantity(quantity)
        .build();
  }

  private static RemoveLineItem remove(String product) {
    return RemoveLineItem.newBuilder().setUserId("alice").setProductId(product).build();
  }

  private static ItemAdded added(String product, int quantity) {
    return ItemAdded.newBuilder().setItem(stored(product, quantity)).build();
  }

  private static ItemRemoved removed(String product) {
    return ItemRemoved.newBuilder().setProductId(product).build();
  }

  private static Domain.LineItem stored(String product, int quantity) {
    return Domain.LineItem.newBuilder()
        .setProductId(product)
        .setName("a " + product)
        .setQuantity(quantity)
        .build();
  }

  private static Shoppingcart.LineItem item(String product, int quantity) {
    return Shoppingcart.LineItem.newBuilder()
        .setProductId(product)
        .setName("a " + product)
        .setQuantity(quantity)
        .build();
  }
}
