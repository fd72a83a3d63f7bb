package io.cloudstate.samples.javasupport;

import com.example.shoppingcart.Shoppingcart;
import com.example.shoppingcart.persistence.Domain;
import io.cloudstate.javasupport.CloudState;

/** Serves the shopping cart on {@code HOST} and {@code PORT}, which the library reads itself. */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    new CloudState()
        .registerEventSourcedEntity(
            ShoppingCartEntity.class,
            Shoppingcart.getDescriptor().findServiceByName("ShoppingCart"),
            Domain.getDescriptor())
        .start()
        .toCompletableFuture()
        .get();
  }
}
