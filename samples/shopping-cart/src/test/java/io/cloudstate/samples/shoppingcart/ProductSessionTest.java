package io.cloudstate.samples.shoppingcart;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.shoppingcart.sales.GetSalesRequest;
import com.example.shoppingcart.sales.ItemSold;
import com.example.shoppingcart.sales.ProductState;
import com.example.shoppingcart.sales.Sales;
import com.google.protobuf.Any;
import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityInit;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityInitState;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityReply;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import org.junit.jupiter.api.Test;

class ProductSessionTest {

  private final ProductSession session = new ProductSession();

  @Test
  void whatIsSoldIsAddedUpAndStored() throws InvalidProtocolBufferException {
    session.onMessage(init());

    assertThat(stored(reply(count(1, 3, "alice/7"))).getSales()).isEqualTo(sales(3));
    assertThat(stored(reply(count(2, 2, "bob/4"))).getSales()).isEqualTo(sales(5));
    assertThat(answered(reply(getSales(3)), Sales.class)).isEqualTo(sales(5));
  }

  @Test
  void whatComesAgainIsDoneWithAndNotCountedAgain() throws InvalidProtocolBufferException {
    session.onMessage(init());
    var counted = stored(reply(count(1, 3, "alice/7")));
    assertThat(reply(count(2, 3, "alice/7")).hasStateAction()).isFalse();

    var reloaded = new ProductSession();
    reloaded.onMessage(init(Any.pack(counted)));
    var again = reloaded.onMessage(count(1, 3, "alice/7")).orElseThrow().getReply();

    assertThat(again.hasStateAction()).isFalse();
    assertThat(answered(again, Empty.class)).isEqualTo(Empty.getDefaultInstance());
  }

  @Test
  void onlyTheLatestCheckoutsAreRemembered() throws InvalidProtocolBufferException {
    session.onMessage(init());
    for (var number = 1; number <= ProductSession.REMEMBERED; number++) {
      reply(count(number, 1, "alice/" + number));
    }

    var state = stored(reply(count(ProductSession.REMEMBERED + 1, 1, "alice/last")));

    assertThat(state.getCountedList())
        .hasSize(ProductSession.REMEMBERED)
        .startsWith("alice/2")
        .endsWith("alice/last");
    assertThat(state.getSales()).isEqualTo(sales(ProductSession.REMEMBERED + 1));
  }

  @Test
  void nothingIsSoldOfWhatNobodyBought() throws InvalidProtocolBufferException {
    session.onMessage(init());

    assertThat(answered(reply(getSales(1)), Sales.class)).isEqualTo(Sales.getDefaultInstance());
  }

  @Test
  void whatIsNotKnownOrNotReadableIsRefused() {
    session.onMessage(init());

    assertThat(refusal(reply(command(1, "Buy", Empty.getDefaultInstance()))))
        .isEqualTo("Unknown command Buy: a product knows Count, GetSales");
    assertThat(refusal(reply(command(2, "Count", Empty.getDefaultInstance()))))
        .isEqualTo("Cannot read Count from type.googleapis.com/google.protobuf.Empty");
  }

  @Test
  void whatBreaksTheProtocolEndsTheStream() {
    assertThat(end(getSales(1))).isEqualTo("command 1 before init");
    assertThat(end(ValueEntityStreamIn.getDefaultInstance()))
        .isEqualTo("empty message (expected: init or command)");
    assertThat(end(init(Any.pack(Empty.getDefaultInstance()))))
        .startsWith("state of type type.googleapis.com/google.protobuf.Empty is not readable");
    session.onMessage(init());
    assertThat(end(init())).isEqualTo("second init for apple");
    var stray = getSales(1).toBuilder();
    stray.getCommandBuilder().setEntityId("pear");
    assertThat(end(stray.build())).isEqualTo("command for pear (expected: apple)");
  }

  private ValueEntityReply reply(ValueEntityStreamIn message) {
    return session.onMessage(message).orElseThrow().getReply();
  }

  private String end(ValueEntityStreamIn message) {
    return session.onMessage(message).orElseThrow().getFailure().getDescription();
  }

  private static ProductState stored(ValueEntityReply reply) throws InvalidProtocolBufferException {
    return reply.getStateAction().getUpdate().getValue().unpack(ProductState.class);
  }

  private static <T extends Message> T answered(ValueEntityReply reply, Class<T> type)
      throws InvalidProtocolBufferException {
    return reply.getClientAction().getReply().getPayload().unpack(type);
  }

  private static String refusal(ValueEntityReply reply) {
    return reply.getClientAction().getFailure().getDescription();
  }

  private static ValueEntityStreamIn init() {
    return init(ValueEntityInitState.getDefaultInstance());
  }

  private static ValueEntityStreamIn init(Any value) {
    return init(ValueEntityInitState.newBuilder().setValue(value).build());
  }

  private static ValueEntityStreamIn init(ValueEntityInitState state) {
    return ValueEntityStreamIn.newBuilder()
        .setInit(
            ValueEntityInit.newBuilder()
                .setServiceName(Main.PRODUCT)
                .setEntityId("apple")
                .setState(state))
        .build();
  }

  private static ValueEntityStreamIn count(long id, int quantity, String checkout) {
    return command(
        id,
        "Count",
        ItemSold.newBuilder()
            .setProductId("apple")
            .setName("Apple")
            .setQuantity(quantity)
            .setCheckout(checkout)
            .build());
  }

  private static ValueEntityStreamIn getSales(long id) {
    return command(id, "GetSales", GetSalesRequest.newBuilder().setProductId("apple").build());
  }

  private static ValueEntityStreamIn command(long id, String name, Message payload) {
    return ValueEntityStreamIn.newBuilder()
        .setCommand(
            Command.newBuilder()
                .setEntityId("apple")
                .setId(id)
                .setName(name)
                .setPayload(Any.pack(payload)))
        .build();
  }

  private static Sales sales(long sold) {
    return Sales.newBuilder().setName("Apple").setSold(sold).build();
  }
}
