package io.cloudstate.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.grpc.ManagedChannel;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A function that does what the test says, a proxy for it and a connection to that: one of each for
 * all tests of a class. A test that asks for nothing and gets it has failed. After one that fails,
 * all three are started afresh: what it has left behind is not for the next one.
 */
public final class ScriptedService
    implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

  private final EntitySpec spec;
  private final Map<String, String> settings;

  @SuppressWarnings("NullAway.Init")
  private FakeUserFunction function;

  @SuppressWarnings("NullAway.Init")
  private TestProxy proxy;

  @SuppressWarnings("NullAway.Init")
  private ManagedChannel channel;

  /**
   * @param settings of the proxy, as for {@link TestProxy#start(int, Map)}
   */
  public ScriptedService(EntitySpec spec, Map<String, String> settings) {
    this.spec = spec;
    this.settings = settings;
  }

  /** As it is for one test. */
  public FakeUserFunction function() {
    return function;
  }

  /** As it is for one test. */
  public ManagedChannel channel() {
    return channel;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    start();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    var left = function.takeLeft();
    if (!left.isEmpty() || context.getExecutionException().isPresent()) {
      function.close(); // first: a proxy that stops would wait for what is with it
      stop();
      start();
    }
    assertThat(left).as("what nobody asked for").isEmpty();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    stop();
  }

  private void start() {
    function = FakeUserFunction.start(spec);
    proxy = TestProxy.start(function.port(), settings);
    channel = proxy.connect();
  }

  private void stop() {
    channel.shutdownNow();
    proxy.close();
    function.close();
  }
}
