package io.cloudstate.proxy.entity.crdt.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import io.cloudstate.protocol.CrdtOuterClass.CrdtClock;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORMapDelta;
import io.cloudstate.proxy.storage.replicator.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/**
 * Whatever three nodes do, and in whatever order, doubled or lost, word of it reaches the others:
 * once everybody knows everything, all stores hold the same bytes and all functions hold what their
 * store holds.
 */
class CrdtConvergenceTest {

  private static final int NODES = 3;
  private static final CrdtType[] TYPES = CrdtType.values();

  /** One thing that happens; what the numbers mean depends on what it is. */
  record Step(Kind kind, int replica, int a, int b, int c) {}

  enum Kind {
    WRITE,
    WRITE_AND_TELL,
    TELL,
    DELIVER,
    DELIVER_AND_KEEP,
    LOSE,
    GOSSIP
  }

  @Provide
  Arbitrary<List<Step>> histories() {
    var numbers = Arbitraries.integers().between(0, 99);
    return Combinators.combine(
            Arbitraries.of(
                Kind.WRITE,
                Kind.WRITE,
                Kind.WRITE_AND_TELL,
                Kind.WRITE_AND_TELL,
                Kind.TELL,
                Kind.DELIVER,
                Kind.DELIVER,
                Kind.DELIVER_AND_KEEP,
                Kind.LOSE,
                Kind.GOSSIP),
            Arbitraries.integers().between(0, NODES - 1),
            numbers,
            numbers,
            numbers)
        .as(Step::new)
        .list()
        .ofMaxSize(40);
  }

  @Property(tries = 300)
  void gcounters(@ForAll("histories") List<Step> history) {
    converge(CrdtType.GCOUNTER, history);
  }

  @Property(tries = 300)
  void pncounters(@ForAll("histories") List<Step> history) {
    converge(CrdtType.PNCOUNTER, history);
  }

  @Property(tries = 300)
  void gsets(@ForAll("histories") List<Step> history) {
    converge(CrdtType.GSET, history);
  }

  @Property(tries = 300)
  void orsets(@ForAll("histories") List<Step> history) {
    converge(CrdtType.ORSET, history);
  }

  @Property(tries = 300)
  void registersWithAllClocks(@ForAll("histories") List<Step> history) {
    converge(CrdtType.LWWREGISTER, history);
  }

  @Property(tries = 300)
  void flags(@ForAll("histories") List<Step> history) {
    converge(CrdtType.FLAG, history);
  }

  @Property(tries = 300)
  void votes(@ForAll("histories") List<Step> history) {
    converge(CrdtType.VOTE, history);
  }

  @Property(tries = 1000)
  void mapsOfAllTypesNestedMapsIncluded(@ForAll("histories") List<Step> history) {
    converge(CrdtType.ORMAP, history);
  }

  /** Row 23 of section 15: functions write only while they see no other type than their own. */
  @Property(tries = 300)
  void typesInConflict(@ForAll("histories") List<Step> history) {
    var replicas = replicas();
    for (var i = 0; i < NODES; i++) {
      broadcast(replicas, i, replicas.get(i).write(Deltas.empty(TYPES[i * 3]), 1));
    }
    play(replicas, null, history);
    assertConverged(replicas);
  }

  @Property(tries = 300)
  void theNodesThatStayAgreeOnTheRestOfOneThatLeft(@ForAll("histories") List<Step> history) {
    for (var type : Set.of(CrdtType.ORMAP, CrdtType.ORSET, CrdtType.PNCOUNTER)) {
      var replicas = replicas();
      play(replicas, type, history);
      assertConverged(replicas);
      if (replicas.get(0).store() == null) {
        return;
      }
      var gone = replicas.get(2).node;
      var heir = replicas.get(0);
      var before = Stream.of(heir, replicas.get(1)).map(ReplicaModel::stored).toList();
      var pruned = before.get(0).prune(gone, heir.node);
      var other = before.get(1).cleanUp(gone).merge(pruned);

      assertThat(pruned.contributors()).doesNotContain(gone);
      assertThat(CrdtWriter.write(other)).isEqualTo(CrdtWriter.write(pruned));
      assertThat(shown(pruned, heir.view())).isEqualTo(shown(before.get(0), heir.view()));
    }
  }

  private static String shown(Crdt crdt, View view) {
    // votes of who left do not count either way
    var members = view.members().stream().filter(node -> node.uid() != NODES).toList();
    return FunctionCopy.of(crdt.initialDelta(new View(view.own(), Set.copyOf(members)))).shared();
  }

  private static void converge(CrdtType type, List<Step> history) {
    var replicas = replicas();
    play(replicas, type, history);
    assertConverged(replicas);
  }

  private static List<ReplicaModel> replicas() {
    var nodes = new ArrayList<Node>();
    for (var i = 1; i <= NODES; i++) {
      nodes.add(new Node("akka://cloudstate@10.0.0." + i + ":2552", i));
    }
    return nodes.stream().map(node -> new ReplicaModel(node, Set.copyOf(nodes))).toList();
  }

  private static void play(
      List<ReplicaModel> replicas, @Nullable CrdtType type, List<Step> history) {
    var now = 1_000L;
    for (var step : history) {
      now += step.a % 3;
      var replica = replicas.get(step.replica);
      switch (step.kind) {
        case WRITE -> write(replicas, step, type, now);
        case WRITE_AND_TELL -> {
          write(replicas, step, type, now);
          replica.tellFunction();
        }
        case TELL -> replica.tellFunction();
        case DELIVER -> deliver(replica, step.a, true);
        case DELIVER_AND_KEEP -> deliver(replica, step.a, false);
        case LOSE -> {
          if (!replica.onTheWay.isEmpty()) {
            replica.onTheWay.remove(step.a % replica.onTheWay.size());
          }
        }
        case GOSSIP -> {
          var from = replicas.get(step.a % NODES).store();
          if (from != null) {
            replica.merge(from);
          }
        }
      }
    }
  }

  private static void write(
      List<ReplicaModel> replicas, Step step, @Nullable CrdtType fixed, long now) {
    var replica = replicas.get(step.replica);
    var function = replica.function();
    var type = fixed == null ? (function == null ? null : function.type()) : fixed;
    var store = replica.store();
    var seesOther = store != null && store.exists() && store.type() != type;
    if (type != null && !seesOther) {
      var change = replica.write(operation(type, function, step.a, step.b, step.c, now), now);
      broadcast(replicas, step.replica, change);
    }
  }

  private static void broadcast(List<ReplicaModel> replicas, int from, Crdt change) {
    for (var i = 0; i < NODES; i++) {
      if (i != from) {
        var queue = replicas.get(i).onTheWay;
        // the store sends changes that wait for the same node as one
        if (!queue.isEmpty() && change.context().last(replicas.get(from).node) % 3 == 0) {
          queue.add(queue.remove(queue.size() - 1).merge(change));
        } else {
          queue.add(change);
        }
      }
    }
  }

  private static void deliver(ReplicaModel replica, int which, boolean remove) {
    var queue = replica.onTheWay;
    if (!queue.isEmpty()) {
      var at = which % queue.size();
      replica.merge(remove ? queue.remove(at) : queue.get(at));
    }
  }

  /** Something that a function may do with the copy it holds. */
  private static CrdtDelta operation(
      CrdtType type, @Nullable FunctionCopy copy, int a, int b, int c, long now) {
    return switch (type) {
      case GCOUNTER -> Deltas.gcounter(a % 4);
      case PNCOUNTER -> Deltas.pncounter(a % 7 - 3);
      case GSET -> Deltas.gset("e" + a % 9, "e" + b % 9);
      case ORSET -> setOperation(copy, a, b, c);
      case LWWREGISTER ->
          Deltas.register(
              "v" + a, CrdtClock.forNumber(b % 4), b % 8 < 4 ? now - 5 + c % 10 : c % 20);
      case FLAG -> Deltas.flag((copy != null && copy.isOn()) || a % 2 == 0);
      case VOTE -> Deltas.vote(a % 2 == 0);
      case ORMAP -> mapOperation(copy, a, b, c, now);
    };
  }

  private static CrdtDelta setOperation(@Nullable FunctionCopy copy, int a, int b, int c) {
    var elements = copy == null ? Set.<Any>of() : copy.elements();
    var isCleared = c % 11 == 0;
    var one = Deltas.any("e" + a % 9);
    var removed =
        elements.contains(one) && !isCleared && c % 3 != 0 ? List.of(one) : List.<Any>of();
    var added = c % 2 == 0 ? Deltas.anys("e" + b % 9, "e" + c % 9) : Deltas.anys();
    return Deltas.orset(isCleared, removed, added);
  }

  private static CrdtDelta mapOperation(
      @Nullable FunctionCopy copy, int a, int b, int c, long now) {
    var delta = ORMapDelta.newBuilder();
    var key = "k" + a % 4;
    var entry = copy == null ? null : copy.entries().get(Deltas.any(key));
    var type = TYPES[b % TYPES.length];
    if (c % 13 == 0) {
      delta.setCleared(true);
      if (c % 2 == 0) {
        delta.addAdded(Deltas.entry(key, operation(type, null, b / 8 + c, c / 2, a / 2, now)));
      }
    } else if (entry == null) {
      delta.addAdded(Deltas.entry(key, operation(type, null, b / 8 + c, c / 2, a / 2, now)));
    } else if (c % 5 == 0) {
      delta.addRemoved(Deltas.any(key));
      if (c % 2 == 0) {
        delta.addAdded(Deltas.entry(key, operation(type, null, b / 8 + c, c / 2, a / 2, now)));
      }
    } else {
      delta.addUpdated(
          Deltas.entry(key, operation(entry.type(), entry, b / 8 + c, c / 2, a / 2, now)));
    }
    return Deltas.map(delta);
  }

  private static void assertConverged(List<ReplicaModel> replicas) {
    for (var round = 0; round < 2; round++) {
      for (var to : replicas) {
        for (var from : replicas) {
          if (from != to && from.store() != null) {
            to.merge(from.store());
          }
        }
      }
    }
    replicas.forEach(ReplicaModel::tellFunction);
    var first = replicas.get(0);
    for (var replica : replicas) {
      var store = replica.store();
      if (store == null) {
        assertThat(replicas).allMatch(other -> other.store() == null);
        return;
      }
      assertThat(CrdtWriter.write(store)).isEqualTo(CrdtWriter.write(first.stored()));
      var held = FunctionCopy.of(store.initialDelta(replica.view())).shared();
      assertThat(replica.held().shared()).isEqualTo(held);
      assertThat(held).isEqualTo(first.held().shared());
    }
  }
}
