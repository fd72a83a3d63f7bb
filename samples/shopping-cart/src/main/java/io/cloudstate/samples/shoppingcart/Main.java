package io.cloudstate.samples.shoppingcart;

import com.example.shoppingcart.Shoppingcart;
import com.example.shoppingcart.persistence.Domain;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EventSourcedGrpc;
import io.cloudstate.samples.kit.Discovery;
import io.cloudstate.samples.kit.FunctionServer;
import java.util.List;

/**
 * Starts the function: a gRPC server the proxy calls. Listens on {@code HOST} (default 0.0.0.0) and
 * {@code PORT} (8080); proposes a snapshot every {@code SNAPSHOT_EVERY} (100) events.
 */
public final class Main {

  public static void main(String[] args) throws InterruptedException {
    FunctionServer.run(
        "shopping cart function",
        () ->
            List.of(
                discovery(),
                new EventSourcedService(
                    FunctionServer.number("SNAPSHOT_EVERY", 100, Integer.MAX_VALUE))));
  }

  static Discovery discovery() {
    var carts =
        Entity.newBuilder()
            .setEntityType(EventSourcedGrpc.SERVICE_NAME)
            .setServiceName("com.example.shoppingcart.ShoppingCart")
            .setPersistenceId("shopping-cart")
            .build();
    return new Discovery(
        "shopping-cart", List.of(carts), Shoppingcart.getDescriptor(), Domain.getDescriptor());
  }

  private Main() {}
}
