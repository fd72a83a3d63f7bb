package io.cloudstate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.example.shoppingcart.ShoppingCartGrpc;
import com.example.shoppingcart.Shoppingcart.AddLineItem;
import com.example.shoppingcart.Shoppingcart.Cart;
import com.example.shoppingcart.Shoppingcart.GetShoppingCart;
import com.example.shoppingcart.Shoppingcart.LineItem;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Empty;
import io.cloudstate.proxy.testing.JavaSupportProcess;
import io.cloudstate.proxy.testing.ProxyProcess;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A function that nobody here wrote: an entity of the published Java support library 0.5.2, which
 * speaks protocol 0.1 on Akka HTTP, unchanged and in a process of its own.
 *
 * <p>Implements spec/compat-0.5.md 5.
 */
class JavaSupportIT {

  private static final int SNAPSHOT_EVERY = 20; // as the entity says
  private static final String PASSIVATION =
      "-Dcloudstate.proxy.eventsourced-entity.passivation-timeout=";
  private static final String NEVER_IDLE = PASSIVATION + "1h";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  static Path functionDirectory;

  private static JavaSupportProcess function;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  @BeforeAll
  static void startFunction() throws IOException {
    function = JavaSupportProcess.start(functionDirectory);
  }

  @AfterAll
  static void stopFunction() {
    function.close();
  }

  @AfterEach
  void close() throws Exception {
    for (var resource : open) {
      resource.close();
    }
  }

  @Test
  void functionIsRecognisedAndItsEntitiesOutliveTheProxy() throws Exception {
    // Given
    var proxy = proxy(NEVER_IDLE);
    assertThat(proxy.log())
        .contains(
            "Recognised a protocol 0.1 function (announced protocol version: 0.0, support library:"
                + " cloudstate-java-support 0.5.2), serving its event sourced entities");
    var carts = carts(proxy);
    add(carts, "alice", "apple", 3);
    add(carts, "alice", "pear", 1);
    add(carts, "alice", "apple", 2);
    // When, Then
    assertThat(cart(carts, "alice")).isEqualTo(cartOf(item("apple", 5), item("pear", 1)));
    // When
    proxy.kill();
    proxy.start();
    // Then
    var again = carts(proxy);
    assertThat(cart(again, "alice")).isEqualTo(cartOf(item("apple", 5), item("pear", 1)));
    add(again, "alice", "pear", 1);
    assertThat(cart(again, "alice")).isEqualTo(cartOf(item("apple", 5), item("pear", 2)));
    assertThat(proxy.log()).doesNotContain("ERROR");
  }

  @Test
  void refusalIsTheCallersInTheFunctionsWordsAndASnapshotShortensTheReplay() throws Exception {
    // Given
    var proxy = proxy(NEVER_IDLE);
    var carts = carts(proxy);
    var quantity = 2 * SNAPSHOT_EVERY + 5;
    for (var i = 0; i < quantity; i++) {
      add(carts, "bob", "plum", 1);
    }
    // When
    var refused =
        catchThrowableOfType(StatusRuntimeException.class, () -> add(carts, "bob", "plum", 0));
    // Then
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNKNOWN);
    assertThat(refused.getStatus().getDescription()).isEqualTo("Cannot add 0 of item plum.");
    assertThat(cart(carts, "bob")).isEqualTo(cartOf(item("plum", quantity)));
    assertThat(function.logged("cart of bob loads")).isEqualTo(1);
    // When
    proxy.kill();
    proxy.start();
    // Then
    assertThat(cart(carts(proxy), "bob")).isEqualTo(cartOf(item("plum", quantity)));
    assertThat(function.logged("cart of bob begins with the snapshot at event 40")).isEqualTo(1);
  }

  @Test
  void idleEntityIsUnloadedAndLoadedAgain() throws Exception {
    // Given
    var proxy = proxy(PASSIVATION + "200ms");
    var carts = carts(proxy);
    add(carts, "dave", "apple", 7);
    // When, Then
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              assertThat(cart(carts, "dave")).isEqualTo(cartOf(item("apple", 7)));
              assertThat(function.logged("cart of dave loads")).isGreaterThanOrEqualTo(2);
            });
    assertThat(proxy.log()).doesNotContain("ERROR");
  }

  /** Akka HTTP allows 256 streams per connection. */
  @Test
  void moreEntitiesAreLoadedThanOneConnectionHasStreams() throws Exception {
    // Given
    var proxy = proxy(NEVER_IDLE);
    var carts = ShoppingCartGrpc.newFutureStub(connect(proxy));
    var users = IntStream.range(0, 600).mapToObj(i -> "user-" + i).toList();
    // When
    var added = users.stream().map(user -> carts.addItem(line(user, "apple", 1))).toList();
    // Then
    assertThat(all(added)).hasSize(600).containsOnly(Empty.getDefaultInstance());
    var read = users.stream().map(user -> carts.getCart(get(user))).toList();
    assertThat(all(read)).hasSize(600).containsOnly(cartOf(item("apple", 1)));
    assertThat(function.logged("cart of user-")).as("each once: all are loaded").isEqualTo(600);
    assertThat(proxy.log()).doesNotContain("ERROR").doesNotContain("lost");
  }

  /** What a function does that does not set Akka HTTP's idle time-out as the library does. */
  @Test
  void connectionThatTheFunctionClosesWhenIdleIsBackAndSoAreItsEntities() throws Exception {
    // Given
    var closing =
        closed(
            JavaSupportProcess.start(
                directory, "-Dcloudstate.system.akka.http.server.idle-timeout=5s"));
    var proxy = proxy(closing, NEVER_IDLE);
    var carts = carts(proxy);
    add(carts, "erin", "apple", 7);
    // When
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> proxy.log().contains("is back and serves what it served before"));
    // Then
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofSeconds(8)) // or the entity's own connection would not be idle
        .untilAsserted(
            () -> {
              assertThat(cart(carts, "erin")).isEqualTo(cartOf(item("apple", 7)));
              assertThat(closing.logged("cart of erin loads")).isEqualTo(2);
            });
    assertThat(proxy.log()).doesNotContain("ended the stream").doesNotContain("ERROR");
  }

  private ProxyProcess proxy(String passivation) throws Exception {
    return proxy(function, passivation);
  }

  private ProxyProcess proxy(JavaSupportProcess function, String passivation) throws Exception {
    var proxy = closed(new ProxyProcess(directory, function.port(), passivation));
    proxy.start();
    return proxy;
  }

  private ManagedChannel connect(ProxyProcess proxy) {
    var channel = NettyChannelBuilder.forAddress("127.0.0.1", proxy.port()).usePlaintext().build();
    open.addFirst(channel::shutdownNow);
    return channel;
  }

  private ShoppingCartGrpc.ShoppingCartBlockingStub carts(ProxyProcess proxy) {
    return ShoppingCartGrpc.newBlockingStub(connect(proxy));
  }

  private <T extends AutoCloseable> T closed(T resource) {
    open.addFirst(resource);
    return resource;
  }

  private static <T> List<T> all(List<ListenableFuture<T>> calls) throws Exception {
    return Futures.allAsList(calls).get(60, TimeUnit.SECONDS);
  }

  private static void add(
      ShoppingCartGrpc.ShoppingCartBlockingStub carts, String user, String product, int quantity) {
    var ignored =
        carts.withDeadlineAfter(30, TimeUnit.SECONDS).addItem(line(user, product, quantity));
  }

  private static Cart cart(ShoppingCartGrpc.ShoppingCartBlockingStub carts, String user) {
    return carts.withDeadlineAfter(30, TimeUnit.SECONDS).getCart(get(user));
  }

  private static AddLineItem line(String user, String product, int quantity) {
    return AddLineItem.newBuilder()
        .setUserId(user)
        .setProductId(product)
        .setName(product)
        .setQuantity(quantity)
        .build();
  }

  private static GetShoppingCart get(String user) {
    return GetShoppingCart.newBuilder().setUserId(user).build();
  }

  private static Cart cartOf(LineItem... items) {
    return Cart.newBuilder().addAllItems(List.of(items)).build();
  }

  private static LineItem item(String product, int quantity) {
    return LineItem.newBuilder()
        .setProductId(product)
        .setName(product)
        .setQuantity(quantity)
        .build();
  }
}
