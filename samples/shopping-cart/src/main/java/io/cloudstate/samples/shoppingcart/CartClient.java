package io.cloudstate.samples.shoppingcart;

import static io.cloudstate.samples.kit.ClientProgram.number;

import com.example.shoppingcart.ShoppingCartGrpc;
import com.example.shoppingcart.ShoppingCartGrpc.ShoppingCartBlockingStub;
import com.example.shoppingcart.Shoppingcart.AddLineItem;
import com.example.shoppingcart.Shoppingcart.Cart;
import com.example.shoppingcart.Shoppingcart.CheckOutShoppingCart;
import com.example.shoppingcart.Shoppingcart.GetShoppingCart;
import com.example.shoppingcart.Shoppingcart.RemoveLineItem;
import com.example.shoppingcart.sales.GetSalesRequest;
import com.example.shoppingcart.sales.ProductGrpc;
import io.cloudstate.samples.kit.ClientProgram;
import io.cloudstate.samples.kit.ClientProgram.NotUnderstood;
import io.grpc.Channel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Calls a shopping cart through the proxy, once, and prints what came of it. */
public final class CartClient {

  private static final String USAGE =
      """
      usage: CartClient [--target host:port] [--timeout seconds] <command>
        add <user> <product> <name> <quantity>   put something into a user's cart
        remove <user> <product>                  take it out again
        get <user>                               show the cart
        checkout <user>                          buy what is in it
        sold <product>                           show how many were bought
      """;

  public static void main(String[] args) throws InterruptedException {
    ClientProgram.run(USAGE, args, CartClient::call);
  }

  private static String call(
      Channel channel, int timeoutSeconds, String command, List<String> arguments)
      throws NotUnderstood {
    var carts =
        ShoppingCartGrpc.newBlockingStub(channel)
            .withDeadlineAfter(timeoutSeconds, TimeUnit.SECONDS);
    return switch (command) {
      case "add/4" -> add(carts, arguments);
      case "remove/2" -> remove(carts, arguments.get(0), arguments.get(1));
      case "get/1" -> get(carts, arguments.get(0));
      case "checkout/1" -> checkOut(carts, arguments.get(0));
      case "sold/1" -> sold(channel, timeoutSeconds, arguments.get(0));
      default -> throw new NotUnderstood("not understood: " + command);
    };
  }

  private static String add(ShoppingCartBlockingStub carts, List<String> arguments)
      throws NotUnderstood {
    var user = arguments.get(0);
    var product = arguments.get(1);
    var quantity = number(arguments.get(3));
    carts.addItem(
        AddLineItem.newBuilder()
            .setUserId(user)
            .setProductId(product)
            .setName(arguments.get(2))
            .setQuantity(quantity)
            .build());
    return "added " + quantity + " of " + product + " to the cart of " + user;
  }

  private static String remove(ShoppingCartBlockingStub carts, String user, String product) {
    carts.removeItem(RemoveLineItem.newBuilder().setUserId(user).setProductId(product).build());
    return "removed " + product + " from the cart of " + user;
  }

  private static String get(ShoppingCartBlockingStub carts, String user) {
    var cart = carts.getCart(GetShoppingCart.newBuilder().setUserId(user).build());
    return cart.getItemsCount() == 0
        ? "the cart of " + user + " is empty"
        : "the cart of " + user + ":\n" + lines(cart);
  }

  private static String checkOut(ShoppingCartBlockingStub carts, String user) {
    var cart = carts.checkOut(CheckOutShoppingCart.newBuilder().setUserId(user).build());
    return user + " has bought:\n" + lines(cart);
  }

  private static String sold(Channel channel, int timeoutSeconds, String product) {
    var sales =
        ProductGrpc.newBlockingStub(channel)
            .withDeadlineAfter(timeoutSeconds, TimeUnit.SECONDS)
            .getSales(GetSalesRequest.newBuilder().setProductId(product).build());
    return sales.getSold() + " of " + product + " were sold";
  }

  private static String lines(Cart cart) {
    return cart.getItemsList().stream()
        .map(
            item ->
                "%7d  %s (%s)".formatted(item.getQuantity(), item.getName(), item.getProductId()))
        .collect(Collectors.joining("\n"));
  }

  private CartClient() {}
}
