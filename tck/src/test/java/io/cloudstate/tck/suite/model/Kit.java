package io.cloudstate.tck.suite.model;

import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.reference.Model;
import io.cloudstate.tck.reference.ReferenceFunction;
import io.cloudstate.tck.rule.Patience;
import io.cloudstate.tck.rule.Result;
import io.cloudstate.tck.run.KnownFailures;
import io.cloudstate.tck.run.Runner;
import io.cloudstate.tck.run.Selection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Plays the model suite on a function that runs in this process. */
final class Kit {

  private static final Duration START = Duration.ofSeconds(30);

  /** Plays these rules, or all if there is none. */
  static List<Result> play(Model model, Patience patience, String... only) throws IOException {
    var suite = new Selection(List.of(only), List.of()).of(ModelSuite.suite());
    try (var function = ReferenceFunction.start("127.0.0.1", 0, model, complaint -> {});
        var proxy = ScriptedProxy.open(settings(function.port(), patience))) {
      return new Runner(KnownFailures.NONE, result -> {}).play(suite, proxy);
    }
  }

  private static ScriptedProxy.Settings settings(int port, Patience patience) {
    return new ScriptedProxy.Settings(
        "127.0.0.1", port, null, Path.of("target", "function.log"), START, patience);
  }

  private Kit() {}
}
