package io.cloudstate.samples.javasupport;

import com.example.shoppingcart.Shoppingcart;
import com.example.shoppingcart.persistence.Domain;
import com.google.protobuf.Empty;
import io.cloudstate.javasupport.EntityId;
import io.cloudstate.javasupport.eventsourced.CommandContext;
import io.cloudstate.javasupport.eventsourced.CommandHandler;
import io.cloudstate.javasupport.eventsourced.EventHandler;
import io.cloudstate.javasupport.eventsourced.EventSourcedEntity;
import io.cloudstate.javasupport.eventsourced.Snapshot;
import io.cloudstate.javasupport.eventsourced.SnapshotContext;
import io.cloudstate.javasupport.eventsourced.SnapshotHandler;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One user's cart. The library makes an instance whenever the proxy loads the entity. */
@EventSourcedEntity(persistenceId = "shopping-cart", snapshotEvery = 20)
public final class ShoppingCartEntity {

  private static final Logger log = LoggerFactory.getLogger(ShoppingCartEntity.class);

  private final String user;
  private final Map<String, Domain.LineItem> items = new LinkedHashMap<>();

  public ShoppingCartEntity(@EntityId String user) {
    this.user = user;
    log.info("cart of {} loads", user);
  }

  @Snapshot
  public Domain.Cart snapshot() {
    return Domain.Cart.newBuilder().addAllItems(items.values()).build();
  }

  @SnapshotHandler
  public void onSnapshot(Domain.Cart snapshot, SnapshotContext context) {
    log.info("cart of {} begins with the snapshot at event {}", user, context.sequenceNumber());
    items.clear();
    snapshot.getItemsList().forEach(item -> items.put(item.getProductId(), item));
  }

  @EventHandler
  public void itemAdded(Domain.ItemAdded event) {
    items.merge(
        event.getItem().getProductId(),
        event.getItem(),
        (present, added) ->
            present.toBuilder().setQuantity(present.getQuantity() + added.getQuantity()).build());
  }

  @EventHandler
  public void itemRemoved(Domain.ItemRemoved event) {
    items.remove(event.getProductId());
  }

  @CommandHandler
  public Shoppingcart.Cart getCart() {
    Shoppingcart.Cart.Builder cart = Shoppingcart.Cart.newBuilder();
    for (Domain.LineItem item : items.values()) {
      cart.addItems(
          Shoppingcart.LineItem.newBuilder()
              .setProductId(item.getProductId())
              .setName(item.getName())
              .setQuantity(item.getQuantity()));
    }
    return cart.build();
  }

  @CommandHandler
  public Empty addItem(Shoppingcart.AddLineItem command, CommandContext context) {
    if (command.getQuantity() <= 0) {
      throw context.fail(
          "Cannot add " + command.getQuantity() + " of item " + command.getProductId() + ".");
    }
    context.emit(
        Domain.ItemAdded.newBuilder()
            .setItem(
                Domain.LineItem.newBuilder()
                    .setProductId(command.getProductId())
                    .setName(command.getName())
                    .setQuantity(command.getQuantity()))
            .build());
    return Empty.getDefaultInstance();
  }

  @CommandHandler
  public Empty removeItem(Shoppingcart.RemoveLineItem command, CommandContext context) {
    if (!items.containsKey(command.getProductId())) {
      throw context.fail(
          "Cannot remove item " + command.getProductId() + " because it is not in the cart.");
    }
    context.emit(Domain.ItemRemoved.newBuilder().setProductId(command.getProductId()).build());
    return Empty.getDefaultInstance();
  }
}
