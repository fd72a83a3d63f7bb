package io.cloudstate.tck.run;

import io.cloudstate.tck.rule.Exchange;
import io.cloudstate.tck.rule.Group;
import io.cloudstate.tck.rule.Mismatch;
import io.cloudstate.tck.rule.NotApplicable;
import io.cloudstate.tck.rule.Result;
import io.cloudstate.tck.rule.Result.Problem;
import io.cloudstate.tck.rule.Result.Verdict;
import io.cloudstate.tck.rule.Rule;
import io.cloudstate.tck.rule.Stage;
import io.cloudstate.tck.rule.Suite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Plays the rules of a suite one after the other, in order, each whatever became of the others. */
public final class Runner {

  private final KnownFailures knownFailures;
  private final Consumer<Result> progress;

  /**
   * @param progress told of each result as it is there
   */
  public Runner(KnownFailures knownFailures, Consumer<Result> progress) {
    this.knownFailures = knownFailures;
    this.progress = progress;
  }

  public <S extends Stage> List<Result> play(Suite<S> suite, S stage) {
    var results = new ArrayList<Result>();
    for (var group : suite.groups()) {
      for (var rule : group.rules()) {
        var result = play(group, rule, stage);
        results.add(result);
        progress.accept(result);
      }
    }
    return results;
  }

  private <S extends Stage> Result play(Group<S> group, Rule<S> rule, S stage) {
    var exchange = new Exchange();
    var from = System.nanoTime();
    var problem = problemOf(rule, stage, exchange);
    var took = Duration.ofNanos(System.nanoTime() - from);
    return new Result(
        rule.id(),
        group.name(),
        rule.demand(),
        verdict(rule, problem),
        problem,
        took,
        exchange.lines());
  }

  private Verdict verdict(Rule<?> rule, @Nullable Problem problem) {
    var isKnown = knownFailures.ids().contains(rule.id());
    if (problem == null) {
      return isKnown ? Verdict.UNEXPECTEDLY_PASSED : Verdict.PASSED;
    }
    if (problem.isMissing()) {
      return Verdict.SKIPPED;
    }
    return isKnown ? Verdict.KNOWN_FAILURE : Verdict.FAILED;
  }

  private static <S extends Stage> @Nullable Problem problemOf(
      Rule<S> rule, S stage, Exchange exchange) {
    var problem = attempt(() -> playOn(rule, stage, exchange));
    var afterwards = attempt(stage::end);
    return problem != null ? problem : afterwards;
  }

  private static <S extends Stage> void playOn(Rule<S> rule, S stage, Exchange exchange)
      throws Exception {
    stage.begin(exchange);
    rule.script().play(stage);
    stage.verifyNothingMore();
  }

  private interface Part {
    void run() throws Exception;
  }

  // Everything is a result: a rule that breaks must not keep the next ones from being played.
  @SuppressWarnings("CatchingUnchecked")
  private static @Nullable Problem attempt(Part part) {
    try {
      part.run();
      return null;
    } catch (Mismatch mismatch) {
      return new Problem(mismatch.what(), mismatch.expected(), mismatch.came());
    } catch (NotApplicable reason) {
      return Problem.missing(String.valueOf(reason.getMessage()));
    } catch (Exception failure) {
      return new Problem("the script itself", "to end", failure.toString());
    }
  }
}
