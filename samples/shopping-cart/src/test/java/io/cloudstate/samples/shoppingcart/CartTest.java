package io.cloudstate.samples.shoppingcart;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.shoppingcart.Shoppingcart;
import com.example.shoppingcart.Shoppingcart.AddLineItem;
import com.example.shoppingcart.Shoppingcart.RemoveLineItem;
import com.example.shoppingcart.persistence.Domain;
import com.example.shoppingcart.persistence.Domain.ItemAdded;
import com.example.shoppingcart.persistence.Domain.ItemRemoved;
import com.google.protobuf.Empty;
import io.cloudstate.samples.shoppingcart.Cart.Outcome.Accepted;
import io.cloudstate.samples.shoppingcart.Cart.Outcome.Refused;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CartTest {

  private final Cart cart = Cart.empty();

  @Test
  void addingDecidesOnAnEventAndChangesNothingYet() {
    var outcome = cart.addItem(add("apple", 3));

    assertThat(outcome)
        .isEqualTo(new Accepted(List.of(added("apple", 3)), Empty.getDefaultInstance()));
    assertThat(contents()).isEmpty();
  }

  @Test
  void itemsAreListedInTheOrderTheyWereFirstAdded() {
    cart.apply(added("pear", 1));
    cart.apply(added("apple", 2));
    cart.apply(added("banana", 3));

    assertThat(contents()).containsExactly(item("pear", 1), item("apple", 2), item("banana", 3));
  }

  @Test
  void addingWhatIsThereIncreasesItsQuantityAndKeepsItsPlace() {
    cart.apply(added("pear", 1));
    cart.apply(added("apple", 2));

    cart.apply(added("pear", 4));

    assertThat(contents()).containsExactly(item("pear", 5), item("apple", 2));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void addingLessThanOneIsRefused(int quantity) {
    assertThat(cart.addItem(add("apple", quantity)))
        .isEqualTo(
            new Refused("Cannot add " + quantity + " of apple: the quantity must be at least 1"));
  }

  @Test
  void addingMoreThanCanBeCountedIsRefused() {
    cart.apply(added("apple", 2));

    assertThat(cart.addItem(add("apple", Integer.MAX_VALUE)))
        .isEqualTo(new Refused("Cannot add 2147483647 of apple: 2 are in the cart already"));
  }

  @Test
  void removingDecidesOnAnEvent() {
    cart.apply(added("apple", 2));

    assertThat(cart.removeItem(remove("apple")))
        .isEqualTo(new Accepted(List.of(removed("apple")), Empty.getDefaultInstance()));
  }

  @Test
  void removingWhatIsNotThereIsRefused() {
    assertThat(cart.removeItem(remove("apple")))
        .isEqualTo(new Refused("Cannot remove apple: it is not in the cart"));
  }

  @Test
  void whatWasRemovedComesBackAtTheEndWhenAddedAgain() {
    cart.apply(added("pear", 1));
    cart.apply(added("apple", 2));
    cart.apply(removed("pear"));

    cart.apply(added("pear", 7));

    assertThat(contents()).containsExactly(item("apple", 2), item("pear", 7));
  }

  @Test
  void aSnapshotRestoresTheCart() {
    cart.apply(added("pear", 1));
    cart.apply(added("apple", 2));

    var restored = Cart.restore(cart.snapshot());

    assertThat(restored.getCart()).isEqualTo(cart.getCart());
  }

  private List<Shoppingcart.LineItem> contents() {
    var reply = ((Accepted) cart.getCart()).reply();
    return ((Shoppingcart.Cart) reply).getItemsList();
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
    return ItemAdded.newBuilder()
        .setItem(
            Domain.LineItem.newBuilder()
                .setProductId(product)
                .setName("a " + product)
                .setQuantity(quantity))
        .build();
  }

  private static ItemRemoved removed(String product) {
    return ItemRemoved.newBuilder().setProductId(product).build();
  }

  private static Shoppingcart.LineItem item(String product, int quantity) {
    return Shoppingcart.LineItem.newBuilder()
        .setProductId(product)
        .setName("a " + product)
        .setQuantity(quantity)
        .build();
  }
}
