package io.cloudstate.tck.suite.model;

import static io.cloudstate.tck.suite.model.CrdtEntity.delete;
import static io.cloudstate.tck.suite.model.CrdtEntity.open;
import static io.cloudstate.tck.suite.model.CrdtEntity.state;
import static io.cloudstate.tck.suite.model.Deltas.voted;
import static io.cloudstate.tck.suite.model.States.votes;
import static io.cloudstate.tck.suite.model.Updates.vote;

import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.rule.Group;

/** Vote (spec: crdt.md section 13.1, M-VO). */
final class CrdtVoteRules {

  private static final String VOTE = "Vote";

  static Group<ScriptedProxy> addTo(Group<ScriptedProxy> group) {
    return group
        .rule(
            "cm-vo1",
            "A Vote starts against, with one voter, and reading it changes nothing",
            proxy -> open(proxy, VOTE).init().process().expect(state(votes(false, 0, 1))).close())
        .rule(
            "cm-vo2",
            "A vote is counted and told when it changes, and only then",
            proxy ->
                open(proxy, VOTE)
                    .init()
                    .process(vote(true))
                    .expect(state(votes(true, 1, 1)).updates(voted(true)))
                    .process(vote(true))
                    .expect(state(votes(true, 1, 1)))
                    .process(vote(false))
                    .expect(state(votes(false, 0, 1)).updates(voted(false)))
                    .process(vote(false))
                    .expect(state(votes(false, 0, 1)))
                    .close())
        .rule(
            "cm-vo3",
            "The delta of init is the value a Vote starts with",
            proxy ->
                open(proxy, VOTE)
                    .init(voted(true, 2, 3))
                    .process()
                    .expect(state(votes(true, 2, 3)))
                    .process(vote(false))
                    .expect(state(votes(false, 1, 3)).updates(voted(false)))
                    .close())
        .rule(
            "cm-vo4",
            "A delta may give a Vote its first value after init",
            proxy ->
                open(proxy, VOTE)
                    .init()
                    .delta(voted(false, 3, 5))
                    .process()
                    .expect(state(votes(false, 3, 5)))
                    .process(vote(true))
                    .expect(state(votes(true, 4, 5)).updates(voted(true)))
                    .close())
        .rule(
            "cm-vo5",
            "Deltas between commands replace vote and counts, and are never told back",
            proxy ->
                open(proxy, VOTE)
                    .init()
                    .delta(voted(false, 2, 4))
                    .process()
                    .expect(state(votes(false, 2, 4)))
                    .process(vote(true))
                    .expect(state(votes(true, 3, 4)).updates(voted(true)))
                    .delta(voted(true, 5, 7))
                    .delta(voted(true, 4, 6))
                    .process(vote(false))
                    .expect(state(votes(false, 3, 6)).updates(voted(false)))
                    .close())
        .rule(
            "cm-vo6",
            "A Vote that was unloaded goes on from the delta of init",
            CrdtVoteRules::reloaded)
        .rule(
            "cm-vo7",
            "A command that deletes a Vote is answered by its last value and a delete",
            proxy ->
                open(proxy, VOTE)
                    .init()
                    .process(vote(true))
                    .expect(state(votes(true, 1, 1)).updates(voted(true)))
                    .process(delete())
                    .expect(state(votes(true, 1, 1)).deletes())
                    .close())
        .rule(
            "cm-vo8",
            "When a Vote is deleted elsewhere the function says nothing and completes",
            proxy -> open(proxy, VOTE).init().deleted().close());
  }

  private static void reloaded(ScriptedProxy proxy) {
    open(proxy, VOTE)
        .init()
        .process()
        .expect(state(votes(false, 0, 1)))
        .delta(voted(false, 2, 5))
        .process(vote(true))
        .expect(state(votes(true, 3, 5)).updates(voted(true)))
        .reopen()
        .init(voted(true, 3, 5))
        .process()
        .expect(state(votes(true, 3, 5)))
        .process(vote(false))
        .expect(state(votes(false, 2, 5)).updates(voted(false)))
        .close();
  }

  private CrdtVoteRules() {}
}
