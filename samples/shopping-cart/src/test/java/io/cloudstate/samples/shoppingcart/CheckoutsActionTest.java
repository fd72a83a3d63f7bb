package io.cloudstate.samples.shoppingcart;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.shoppingcart.persistence.Domain.CheckedOut;
import com.example.shoppingcart.persistence.Domain.ItemAdded;
import com.example.shoppingcart.persistence.Domain.LineItem;
import com.example.shoppingcart.sales.ItemSold;
import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.Metadata;
import io.cloudstate.protocol.EntityOuterClass.MetadataEntry;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckoutsActionTest {

  private static final Object COMPLETED = "completed";

  private final FakeProxy proxy = new FakeProxy();
  private final CheckoutsAction action = new CheckoutsAction();

  @Test
  void aCheckoutIsOneReplyForEachProductWithTheProductAsItsSubject() {
    var event =
        CheckedOut.newBuilder().addItems(item("apple", 3)).addItems(item("pear", 1)).build();

    action.handleStreamedOut(command("Split", event), proxy);

    assertThat(proxy.seen)
        .containsExactly(sold("apple", 3, "alice/7"), sold("pear", 1, "alice/7"), COMPLETED);
  }

  @Test
  void otherEventsAreDoneWithWithoutAReply() {
    action.handleUnary(command("Ignore", ItemAdded.getDefaultInstance()), proxy);

    assertThat(proxy.seen).containsExactly(ActionResponse.getDefaultInstance(), COMPLETED);
  }

  @Test
  void whatIsNotKnownOrNotReadableIsAFailure() {
    action.handleUnary(command("Split", ItemAdded.getDefaultInstance()), proxy);
    action.handleStreamedOut(command("Ignore", ItemAdded.getDefaultInstance()), proxy);
    action.handleStreamedOut(command("Split", ItemAdded.getDefaultInstance()), proxy);

    assertThat(proxy.seen)
        .containsExactly(
            failure("Unknown command Split: checkouts know Split, Ignore"),
            COMPLETED,
            failure("Unknown command Ignore: checkouts know Split, Ignore"),
            COMPLETED,
            failure(
                "Cannot read Split from"
                    + " type.googleapis.com/com.example.shoppingcart.persistence.ItemAdded"),
            COMPLETED);
  }

  private static LineItem item(String product, int quantity) {
    return LineItem.newBuilder()
        .setProductId(product)
        .setName("a " + product)
        .setQuantity(quantity)
        .build();
  }

  private static ActionCommand command(String name, Message event) {
    return ActionCommand.newBuilder()
        .setServiceName(Main.CHECKOUTS)
        .setName(name)
        .setPayload(Any.pack(event))
        .setMetadata(
            Metadata.newBuilder()
                .addEntries(entry("ce-subject", "alice"))
                .addEntries(entry("ce-sequence", "7")))
        .build();
  }

  private static ActionResponse sold(String product, int quantity, String checkout) {
    var sold =
        ItemSold.newBuilder()
            .setProductId(product)
            .setName("a " + product)
            .setQuantity(quantity)
            .setCheckout(checkout)
            .build();
    return ActionResponse.newBuilder()
        .setReply(
            Reply.newBuilder()
                .setPayload(Any.pack(sold))
                .setMetadata(
                    Metadata.newBuilder()
                        .addEntries(entry("ce-id", checkout + "/" + product))
                        .addEntries(entry("ce-subject", product))))
        .build();
  }

  private static MetadataEntry entry(String key, String value) {
    return MetadataEntry.newBuilder().setKey(key).setStringValue(value).build();
  }

  private static ActionResponse failure(String description) {
    return ActionResponse.newBuilder()
        .setFailure(Failure.newBuilder().setDescription(description))
        .build();
  }

  private static final class FakeProxy implements StreamObserver<ActionResponse> {
    private final List<Object> seen = new ArrayList<>();

    @Override
    public void onNext(ActionResponse response) {
      seen.add(response);
    }

    @Override
    public void onError(Throwable cause) {
      seen.add("error");
    }

    @Override
    public void onCompleted() {
      seen.add(COMPLETED);
    }
  }
}
