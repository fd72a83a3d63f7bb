package io.cloudstate.samples.shoppingcart;

import com.example.shoppingcart.persistence.Domain.CheckedOut;
import com.example.shoppingcart.persistence.Domain.LineItem;
import com.example.shoppingcart.sales.ItemSold;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.ActionProtocolGrpc;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.Metadata;
import io.cloudstate.protocol.EntityOuterClass.MetadataEntry;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.grpc.stub.StreamObserver;

/**
 * The methods of Checkouts. The proxy calls them with the events of carts, and publishes what they
 * reply. What is known about an event is in the metadata of its call.
 */
final class CheckoutsAction extends ActionProtocolGrpc.ActionProtocolImplBase {

  /** Every event of a cart but a checkout: nothing to reply, and nothing to publish. */
  @Override
  public void handleUnary(ActionCommand command, StreamObserver<ActionResponse> proxy) {
    proxy.onNext(
        command.getName().equals("Ignore")
            ? ActionResponse.getDefaultInstance()
            : unknown(command));
    proxy.onCompleted();
  }

  @Override
  public void handleStreamedOut(ActionCommand command, StreamObserver<ActionResponse> proxy) {
    if (command.getName().equals("Split")) {
      split(command, proxy);
    } else {
      proxy.onNext(unknown(command));
    }
    proxy.onCompleted();
  }

  private static void split(ActionCommand command, StreamObserver<ActionResponse> proxy) {
    CheckedOut event;
    try {
      event = command.getPayload().unpack(CheckedOut.class);
    } catch (InvalidProtocolBufferException e) {
      proxy.onNext(failure("Cannot read Split from " + command.getPayload().getTypeUrl()));
      return;
    }
    var checkout = entry(command, "ce-subject") + "/" + entry(command, "ce-sequence");
    event.getItemsList().forEach(item -> proxy.onNext(sold(item, checkout)));
  }

  /** Its id is the same however often it is published; the product is what it is about. */
  private static ActionResponse sold(LineItem item, String checkout) {
    var sold =
        ItemSold.newBuilder()
            .setProductId(item.getProductId())
            .setName(item.getName())
            .setQuantity(item.getQuantity())
            .setCheckout(checkout);
    var metadata =
        Metadata.newBuilder()
            .addEntries(entryOf("ce-id", checkout + "/" + item.getProductId()))
            .addEntries(entryOf("ce-subject", item.getProductId()));
    return ActionResponse.newBuilder()
        .setReply(Reply.newBuilder().setPayload(Any.pack(sold.build())).setMetadata(metadata))
        .build();
  }

  private static String entry(ActionCommand command, String key) {
    return command.getMetadata().getEntriesList().stream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(key))
        .map(MetadataEntry::getStringValue)
        .findFirst()
        .orElse("");
  }

  private static MetadataEntry entryOf(String key, String value) {
    return MetadataEntry.newBuilder().setKey(key).setStringValue(value).build();
  }

  private static ActionResponse unknown(ActionCommand command) {
    return failure("Unknown command " + command.getName() + ": checkouts know Split, Ignore");
  }

  private static ActionResponse failure(String reason) {
    return ActionResponse.newBuilder()
        .setFailure(Failure.newBuilder().setDescription(reason))
        .build();
  }
}
