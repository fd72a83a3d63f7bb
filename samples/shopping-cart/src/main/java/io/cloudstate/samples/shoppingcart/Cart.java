package io.cloudstate.samples.shoppingcart;

import com.example.shoppingcart.Shoppingcart;
import com.example.shoppingcart.Shoppingcart.AddLineItem;
import com.example.shoppingcart.Shoppingcart.RemoveLineItem;
import com.example.shoppingcart.persistence.Domain;
import com.example.shoppingcart.persistence.Domain.CheckedOut;
import com.example.shoppingcart.persistence.Domain.ItemAdded;
import com.example.shoppingcart.persistence.Domain.ItemRemoved;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is in one user's cart, in the order it was first added. Commands only decide; the state
 * changes when the decided events are applied, whether they are new or were stored years ago.
 */
final class Cart {

  /** What becomes of a command. */
  sealed interface Outcome {
    /** The events have to be stored and applied before the reply may be seen. */
    record Accepted(List<Message> events, Message reply) implements Outcome {
      public Accepted {
        events = List.copyOf(events);
      }
    }

    /** Nothing happened, and the caller is told why. */
    record Refused(String reason) implements Outcome {}
  }

  private final Map<String, Domain.LineItem> items = new LinkedHashMap<>();

  static Cart empty() {
    return new Cart();
  }

  static Cart restore(Domain.Cart snapshot) {
    var cart = new Cart();
    snapshot.getItemsList().forEach(item -> cart.items.put(item.getProductId(), item));
    return cart;
  }

  private Cart() {}

  Outcome addItem(AddLineItem command) {
    var product = command.getProductId();
    var quantity = command.getQuantity();
    if (quantity <= 0) {
      return new Outcome.Refused(
          "Cannot add " + quantity + " of " + product + ": the quantity must be at least 1");
    }
    var present = items.getOrDefault(product, Domain.LineItem.getDefaultInstance()).getQuantity();
    if (quantity > Integer.MAX_VALUE - present) {
      return new Outcome.Refused(
          "Cannot add "
              + quantity
              + " of "
              + product
              + ": "
              + present
              + " are in the cart already");
    }
    var item =
        Domain.LineItem.newBuilder()
            .setProductId(product)
            .setName(command.getName())
            .setQuantity(quantity);
    return done(ItemAdded.newBuilder().setItem(item).build());
  }

  Outcome removeItem(RemoveLineItem command) {
    var product = command.getProductId();
    if (!items.containsKey(product)) {
      return new Outcome.Refused("Cannot remove " + product + ": it is not in the cart");
    }
    return done(ItemRemoved.newBuilder().setProductId(product).build());
  }

  Outcome checkOut() {
    if (items.isEmpty()) {
      return new Outcome.Refused("Cannot check out: the cart is empty");
    }
    var event = CheckedOut.newBuilder().addAllItems(items.values()).build();
    return new Outcome.Accepted(List.of(event), contents());
  }

  Outcome getCart() {
    return new Outcome.Accepted(List.of(), contents());
  }

  private Shoppingcart.Cart contents() {
    var reply = Shoppingcart.Cart.newBuilder();
    for (var item : items.values()) {
      reply.addItems(
          Shoppingcart.LineItem.newBuilder()
              .setProductId(item.getProductId())
              .setName(item.getName())
              .setQuantity(item.getQuantity()));
    }
    return reply.build();
  }

  /** Takes {@link ItemAdded}, {@link ItemRemoved} and {@link CheckedOut}. */
  void apply(Message event) {
    if (event instanceof ItemAdded added) {
      var item = added.getItem();
      items.merge(item.getProductId(), item, Cart::increase);
    } else if (event instanceof ItemRemoved removed) {
      items.remove(removed.getProductId());
    } else if (event instanceof CheckedOut) {
      items.clear();
    } else {
      throw new AssertionError("unhandled: " + event.getDescriptorForType().getFullName());
    }
  }

  /** The whole state, as {@link #restore} takes it. */
  Domain.Cart snapshot() {
    return Domain.Cart.newBuilder().addAllItems(items.values()).build();
  }

  private static Outcome done(Message event) {
    return new Outcome.Accepted(List.of(event), Empty.getDefaultInstance());
  }

  private static Domain.LineItem increase(Domain.LineItem present, Domain.LineItem added) {
    return present.toBuilder().setQuantity(present.getQuantity() + added.getQuantity()).build();
  }
}
