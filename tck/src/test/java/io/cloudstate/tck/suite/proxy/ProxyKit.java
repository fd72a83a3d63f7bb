package io.cloudstate.tck.suite.proxy;

import io.cloudstate.tck.driver.Program;
import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.reference.Model;
import io.cloudstate.tck.reference.ReferenceFunction;
import io.cloudstate.tck.rule.Patience;
import io.cloudstate.tck.rule.Result;
import io.cloudstate.tck.rule.Suite;
import io.cloudstate.tck.run.KnownFailures;
import io.cloudstate.tck.run.Runner;
import io.cloudstate.tck.run.Selection;
import io.cloudstate.testing.FreePort;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Plays suites on the fake proxy, which runs in this process. */
final class ProxyKit {

  static final Duration PATIENT = Duration.ofSeconds(10);
  static final Duration IMPATIENT = Duration.ofMillis(400);

  private static final ProxyStage.Limits LIMITS =
      new ProxyStage.Limits(
          FakeProxy.RELAY_TIMEOUT, FakeProxy.MAX_MESSAGE_BYTES, FakeProxy.MAX_MESSAGE_BYTES);

  /** Opens the stage around the proxy. */
  private interface Opening {
    ProxyStage open(ProxyStage.Settings settings, Suite<ProxyStage> chosen) throws IOException;
  }

  /** The proxy suite. */
  static List<Result> play(Selection selection, Set<Fault> faults, Duration patience)
      throws IOException {
    return play(
        selection.of(ProxySuite.SUITE),
        faults,
        patience,
        (settings, chosen) -> ProxyStage.open(settings, ProxySuite.spec(chosen)));
  }

  /** The intercept suite with a function that is this model. */
  static List<Result> intercept(
      Selection selection, Set<Fault> faults, Model model, Duration patience) throws IOException {
    try (var function = ReferenceFunction.start("127.0.0.1", 0, model, complaint -> {})) {
      var where =
          new ScriptedProxy.Settings(
              "127.0.0.1",
              function.port(),
              null,
              Path.of("none"),
              PATIENT,
              Patience.DEFAULT.withExpected(patience));
      return play(
          selection.of(InterceptSuite.SUITE),
          faults,
          patience,
          (settings, chosen) -> ProxyStage.intercept(settings, ScriptedProxy.open(where)));
    }
  }

  private static List<Result> play(
      Suite<ProxyStage> chosen, Set<Fault> faults, Duration patience, Opening opening)
      throws IOException {
    var port = FreePort.find();
    var listen = FreePort.find();
    var settings =
        new ProxyStage.Settings(
            "127.0.0.1",
            port,
            listen,
            new FakeProgram(port, listen, faults),
            PATIENT,
            Duration.ZERO,
            Patience.DEFAULT.withExpected(patience),
            LIMITS);
    try (var stage = opening.open(settings, chosen)) {
      return new Runner(KnownFailures.NONE, result -> {}).play(chosen, stage);
    }
  }

  /** The fake proxy as if it were a process, with a disk that outlives it. */
  private static final class FakeProgram extends Program {
    private final int port;
    private final int listen;
    private final Set<Fault> faults;
    private final Map<String, FakeEntity.Stored> disk = new ConcurrentHashMap<>();
    private @Nullable FakeProxy proxy;

    FakeProgram(int port, int listen, Set<Fault> faults) {
      super("the fake proxy", Map.of(), Path.of("none"));
      this.port = port;
      this.listen = listen;
      this.faults = faults;
    }

    @Override
    public void start() {
      var started = new FakeProxy(port, listen, disk);
      started.doWrong(faults);
      started.loop.execute(started::start);
      proxy = started;
    }

    @Override
    public boolean isRunning() {
      return proxy != null;
    }

    @Override
    public void kill() {
      close();
      for (var stored : disk.values()) {
        if (faults.contains(Fault.LOSES_EVENTS_WHEN_KILLED)) {
          stored.events.clear();
        }
        if (faults.contains(Fault.LOSES_VALUES_WHEN_KILLED)) {
          stored.value = null;
        }
      }
    }

    @Override
    public void close() {
      if (proxy != null) {
        proxy.close();
        proxy = null;
      }
    }
  }

  private ProxyKit() {}
}
