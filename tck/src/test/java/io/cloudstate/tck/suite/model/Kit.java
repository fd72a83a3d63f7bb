package io.cloudstate.tck.suite.model;

import akka.actor.ActorSystem;
import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.reference.Model;
import io.cloudstate.tck.reference.ReferenceFunction;
import io.cloudstate.tck.rule.Patience;
import io.cloudstate.tck.rule.Result;
import io.cloudstate.tck.run.KnownFailures;
import io.cloudstate.tck.run.Runner;
import io.cloudstate.tck.run.Selection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Plays the model suite on a function that runs in this process. */
final class Kit implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(30);

  private final ActorSystem system = ActorSystem.create("kit");
  private final List<String> complaints = new ArrayList<>();

  /** Plays these rules, or all if there is none, with as much patience as is usual. */
  List<Result> play(Model model, String... only) {
    return play(model, Patience.DEFAULT, only);
  }

  List<Result> play(Model model, Patience patience, String... only) {
    var suite = new Selection(List.of(only), List.of()).of(ModelSuite.suite());
    try (var function = ReferenceFunction.start(system, "127.0.0.1", 0, model, complaints::add);
        var proxy = ScriptedProxy.open(settings(function.port(), patience))) {
      return new Runner(KnownFailures.NONE, result -> {}).play(suite, proxy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ScriptedProxy.Settings settings(int port, Patience patience) {
    return new ScriptedProxy.Settings(
        "127.0.0.1", port, null, Path.of("target", "function.log"), START, patience);
  }

  @Override
  public void close() {
    system.terminate();
  }
}
