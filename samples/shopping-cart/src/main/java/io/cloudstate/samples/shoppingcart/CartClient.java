package io.cloudstate.samples.shoppingcart;

import com.example.shoppingcart.ShoppingCartGrpc;
import com.example.shoppingcart.Shoppingcart.AddLineItem;
import com.example.shoppingcart.Shoppingcart.Cart;
import com.example.shoppingcart.Shoppingcart.GetShoppingCart;
import com.example.shoppingcart.Shoppingcart.RemoveLineItem;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.reflection.v1alpha.ServerReflectionGrpc;
import io.grpc.reflection.v1alpha.ServerReflectionRequest;
import io.grpc.stub.ClientCalls;
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
        list                                     show the services the target serves
      The target is localhost:9000 unless given, the timeout 10 seconds.
      Exit code: 0 done, 1 the call failed, 2 not understood.""";

  /** Thrown when the command line makes no sense. */
  private static final class NotUnderstood extends Exception {
    private static final long serialVersionUID = 1;

    NotUnderstood(String message) {
      super(message);
    }
  }

  public static void main(String[] args) throws InterruptedException {
    // For one call neither is worth its start, nor the warnings of newer JDKs on the screen.
    System.setProperty("io.grpc.netty.shaded.io.netty.transport.noNative", "true");
    System.setProperty("io.grpc.netty.shaded.io.netty.noUnsafe", "true");
    System.exit(run(List.of(args)));
  }

  private static int run(List<String> args) throws InterruptedException {
    var target = "localhost:9000";
    var timeoutSeconds = 10;
    try {
      while (args.size() >= 2 && args.get(0).startsWith("--")) {
        switch (args.get(0)) {
          case "--target" -> target = args.get(1);
          case "--timeout" -> timeoutSeconds = number(args.get(1));
          default -> throw new NotUnderstood("unknown option " + args.get(0));
        }
        args = args.subList(2, args.size());
      }
      System.out.println(call(target, timeoutSeconds, args));
      return 0;
    } catch (NotUnderstood e) {
      System.err.println(e.getMessage());
      System.err.println(USAGE);
      return 2;
    } catch (StatusRuntimeException e) {
      System.err.println(describe(e.getStatus()));
      return 1;
    }
  }

  /** In one line; what the transport met is in the cause only. */
  private static String describe(Status status) {
    var description = status.getDescription() == null ? "" : ": " + status.getDescription();
    var cause = status.getCause() == null ? "" : " (" + status.getCause().getMessage() + ")";
    return (status.getCode() + description + cause).replace('\n', ' ');
  }

  private static String call(String target, int timeoutSeconds, List<String> command)
      throws NotUnderstood, InterruptedException {
    var channel = Grpc.newChannelBuilder(target, InsecureChannelCredentials.create()).build();
    try {
      var carts =
          ShoppingCartGrpc.newBlockingStub(channel)
              .withDeadlineAfter(timeoutSeconds, TimeUnit.SECONDS);
      var what = command.isEmpty() ? "nothing" : command.get(0);
      return switch (what + "/" + Math.max(0, command.size() - 1)) {
        case "add/4" -> add(carts, command);
        case "remove/2" -> remove(carts, command.get(1), command.get(2));
        case "get/1" -> get(carts, command.get(1));
        case "list/0" -> list(channel, timeoutSeconds);
        default -> throw new NotUnderstood("not understood: " + String.join(" ", command));
      };
    } finally {
      channel.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
    }
  }

  private static String add(ShoppingCartGrpc.ShoppingCartBlockingStub carts, List<String> command)
      throws NotUnderstood {
    var user = command.get(1);
    var product = command.get(2);
    var quantity = number(command.get(4));
    carts.addItem(
        AddLineItem.newBuilder()
            .setUserId(user)
            .setProductId(product)
            .setName(command.get(3))
            .setQuantity(quantity)
            .build());
    return "added " + quantity + " of " + product + " to the cart of " + user;
  }

  private static String remove(
      ShoppingCartGrpc.ShoppingCartBlockingStub carts, String user, String product) {
    carts.removeItem(RemoveLineItem.newBuilder().setUserId(user).setProductId(product).build());
    return "removed " + product + " from the cart of " + user;
  }

  private static String get(ShoppingCartGrpc.ShoppingCartBlockingStub carts, String user) {
    var cart = carts.getCart(GetShoppingCart.newBuilder().setUserId(user).build());
    return cart.getItemsCount() == 0
        ? "the cart of " + user + " is empty"
        : "the cart of " + user + ":\n" + lines(cart);
  }

  private static String lines(Cart cart) {
    return cart.getItemsList().stream()
        .map(
            item ->
                "%7d  %s (%s)".formatted(item.getQuantity(), item.getName(), item.getProductId()))
        .collect(Collectors.joining("\n"));
  }

  /** The services' names, one a line, by server reflection. */
  private static String list(Channel channel, int timeoutSeconds) {
    var answers =
        ClientCalls.blockingServerStreamingCall(
            channel,
            ServerReflectionGrpc.getServerReflectionInfoMethod(),
            CallOptions.DEFAULT.withDeadlineAfter(timeoutSeconds, TimeUnit.SECONDS),
            ServerReflectionRequest.newBuilder().setListServices("*").build());
    return answers.next().getListServicesResponse().getServiceList().stream()
        .map(service -> service.getName())
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private static int number(String text) throws NotUnderstood {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new NotUnderstood(text + " (expected: a number)");
    }
  }

  private CartClient() {}
}
