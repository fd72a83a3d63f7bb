package io.cloudstate.tck.rule;

/**
 * Plays what a rule demands on a stage, in its own thread. Returns when the rule holds; throws a
 * {@link Mismatch} when it does not and {@link NotApplicable} when it cannot be found out here.
 *
 * @param <S> the stage: the ends that the kit plays
 */
@FunctionalInterface
public interface Script<S> {
  void play(S stage) throws Exception;
}
