package io.cloudstate.samples.shoppingcart;

import com.example.shoppingcart.Shoppingcart;
import com.example.shoppingcart.persistence.Domain;
import com.example.shoppingcart.sales.SalesProto;
import io.cloudstate.protocol.ActionProtocolGrpc;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EventSourcedGrpc;
import io.cloudstate.protocol.ValueEntityGrpc;
import io.cloudstate.samples.kit.Discovery;
import io.cloudstate.samples.kit.FunctionServer;
import io.grpc.BindableService;
import java.util.List;

/**
 * Starts the function: a gRPC server the proxy calls. Listens on {@code HOST} (default 0.0.0.0) and
 * {@code PORT} (8080); proposes a snapshot every {@code SNAPSHOT_EVERY} (100) events. With {@code
 * SALES=count} it also counts what was sold, for which the proxy needs a broker.
 */
public final class Main {

  static final String CARTS = "com.example.shoppingcart.ShoppingCart";
  static final String CHECKOUTS = "com.example.shoppingcart.sales.Checkouts";
  static final String PRODUCT = "com.example.shoppingcart.sales.Product";

  public static void main(String[] args) throws InterruptedException {
    FunctionServer.run("shopping cart function", Main::services);
  }

  private static List<BindableService> services() {
    var snapshotEvery = FunctionServer.number("SNAPSHOT_EVERY", 100, Integer.MAX_VALUE);
    var carts = new EventSourcedService(snapshotEvery);
    return countsSales(System.getenv().getOrDefault("SALES", ""))
        ? List.of(discoveryWithSales(), carts, new CheckoutsAction(), new ProductService())
        : List.of(discovery(), carts);
  }

  private static boolean countsSales(String sales) {
    if (!sales.isEmpty() && !sales.equals("count")) {
      throw new IllegalArgumentException("SALES: " + sales + " (expected: count, or nothing)");
    }
    return !sales.isEmpty();
  }

  static Discovery discovery() {
    return new Discovery(
        "shopping-cart", List.of(carts()), Shoppingcart.getDescriptor(), Domain.getDescriptor());
  }

  static Discovery discoveryWithSales() {
    return new Discovery(
        "shopping-cart",
        List.of(
            carts(),
            entity(CHECKOUTS, ActionProtocolGrpc.SERVICE_NAME).build(),
            entity(PRODUCT, ValueEntityGrpc.SERVICE_NAME).setPersistenceId("product").build()),
        Shoppingcart.getDescriptor(),
        Domain.getDescriptor(),
        SalesProto.getDescriptor());
  }

  private static Entity carts() {
    return entity(CARTS, EventSourcedGrpc.SERVICE_NAME).setPersistenceId("shopping-cart").build();
  }

  private static Entity.Builder entity(String service, String protocol) {
    return Entity.newBuilder().setServiceName(service).setEntityType(protocol);
  }

  private Main() {}
}
