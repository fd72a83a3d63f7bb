package io.cloudstate.proxy;

import static io.cloudstate.proxy.testing.CrdtModel.MODEL;
import static io.cloudstate.proxy.testing.CrdtModel.command;
import static io.cloudstate.proxy.testing.CrdtModel.delete;
import static io.cloudstate.proxy.testing.CrdtModel.deleted;
import static io.cloudstate.proxy.testing.CrdtModel.delta;
import static io.cloudstate.proxy.testing.CrdtModel.gcounter;
import static io.cloudstate.proxy.testing.CrdtModel.init;
import static io.cloudstate.proxy.testing.CrdtModel.out;
import static io.cloudstate.proxy.testing.CrdtModel.plus;
import static io.cloudstate.proxy.testing.CrdtModel.reply;
import static io.cloudstate.proxy.testing.CrdtModel.request;
import static io.cloudstate.proxy.testing.CrdtModel.update;
import static io.cloudstate.proxy.testing.CrdtModel.vote;
import static io.cloudstate.proxy.testing.CrdtModel.votes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStateAction;
import io.cloudstate.protocol.CrdtOuterClass.CrdtWriteConsistency;
import io.cloudstate.proxy.testing.CrdtModel;
import io.cloudstate.proxy.testing.CrdtStream;
import io.cloudstate.proxy.testing.FakeUserFunction;
import io.cloudstate.proxy.testing.Relay;
import io.cloudstate.proxy.testing.ScriptedStream.End;
import io.cloudstate.proxy.testing.TestProxy;
import io.cloudstate.tck.model.Crdt.Response;
import io.cloudstate.tck.model.Crdt.State;
import io.cloudstate.tck.model.CrdtTckModelGrpc;
import io.cloudstate.testing.FreePort;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** CRDTs on several proxies in one cluster, each with a function of its own. */
class CrdtClusterIT {

  private static final String ID = "Any-1";

  private Node first;
  private Node second;

  @BeforeEach
  void start() {
    first = Node.start(0);
    second = Node.start(first.relay.port());
    first.proxy.port();
    second.proxy.port();
  }

  @AfterEach
  void stop() {
    second.close();
    first.close();
  }

  @Test
  void changesOfOneNodeReachTheFunctionOfTheOther() {
    // Given
    var one = first.load();
    first.answer(one, 1, gcounter(3), plus(3));
    // When
    second.call();
    var two = second.function.nextCrdtStream();
    // Then
    assertThat(two.next()).isEqualTo(init(MODEL, ID, plus(3)));
    assertThat(two.next()).isEqualTo(command(1, "Process", request(ID)));
    second.answer(two, 1, gcounter(4), plus(1));
    assertThat(one.next()).isEqualTo(delta(plus(1)));
    first.call();
    assertThat(one.next()).isEqualTo(command(2, "Process", request(ID)));
    first.answer(one, 2, gcounter(9), plus(5));
    assertThat(two.next()).isEqualTo(delta(plus(5)));
    assertThat(one.isQuiet()).as("its own change, or anything else").isTrue();
  }

  @Test
  void valueThatAppearsElsewhereIsToldAsAWhole() {
    // Given
    var one = first.load();
    first.answer(one, 1, gcounter(0));
    // When
    var two = second.load();
    second.answer(two, 1, gcounter(7), plus(7));
    // Then
    assertThat(one.next()).isEqualTo(delta(plus(7)));
  }

  @Test
  void deletionOnOneNodeEndsTheEntityOnTheOther() {
    // Given
    var one = first.load();
    first.answer(one, 1, gcounter(3), plus(3));
    second.call();
    var two = second.function.nextCrdtStream();
    two.next();
    two.next();
    second.answer(two, 1, gcounter(3));
    // When
    first.call();
    one.next();
    one.send(out(reply(2, gcounter(3)).setStateAction(delete())));
    // Then
    assertThat(first.state()).isEqualTo(gcounter(3));
    assertThat(two.next()).isEqualTo(deleted());
    assertThat(two.awaitEnd()).isEqualTo(End.HALF_CLOSED);
    two.complete();
    one.complete();
    second.call();
    assertThat(second.status().getDescription()).isEqualTo("Entity deleted");
  }

  @Test
  void nodeThatIsCutOffFailsOnlyWhatAsksForMoreThanItself() {
    // Given
    var one = first.load();
    first.answer(one, 1, gcounter(1), plus(1));
    second.call();
    var two = second.function.nextCrdtStream();
    assertThat(two.next()).isEqualTo(init(MODEL, ID, plus(1)));
    two.next();
    second.answer(two, 1, gcounter(1));
    // When
    first.relay.cut();
    second.relay.cut();
    // Then
    first.call();
    one.next();
    one.send(
        out(reply(2, gcounter(11)).setStateAction(at(CrdtWriteConsistency.ALL, update(plus(10))))));
    assertThat(first.status()).satisfies(CrdtClusterIT::isNotAtLevel);
    first.call();
    assertThat(one.next()).isEqualTo(command(3, "Process", request(ID)));
    first.answer(one, 3, gcounter(111), plus(100));
    second.call();
    two.next();
    second.answer(two, 2, gcounter(1001), plus(1000));
    // When
    first.relay.heal();
    second.relay.heal();
    // Then
    assertThat(received(one, 1000)).isEqualTo(1000);
    assertThat(received(two, 110)).isEqualTo(110);
    var total = writtenAtMajority(one, 4, 1112);
    assertThat(received(two, total - 1111)).isEqualTo(total - 1111);
  }

  /** Adds one until a majority confirms it: connections between nodes take a while to be back. */
  private long writtenAtMajority(CrdtStream stream, long firstId, long firstTotal) {
    for (var attempt = 0; attempt < 20; attempt++) {
      var id = firstId + attempt;
      var total = gcounter(firstTotal + attempt);
      first.call();
      assertThat(stream.next()).isEqualTo(command(id, "Process", request(ID)));
      stream.send(
          out(reply(id, total).setStateAction(at(CrdtWriteConsistency.MAJORITY, update(plus(1))))));
      if (first.isAnsweredWith(total)) {
        return firstTotal + attempt;
      }
    }
    throw new AssertionError("no majority confirms");
  }

  /** Known gap 16. */
  @Test
  void votesAreCountedAnewWhenAMemberComesOrGoes() {
    // Given
    var one = first.load();
    one.send(out(reply(1, votes(true, 1, 1)).setStateAction(update(vote(true)))));
    first.state();
    assertThat(one.next()).isEqualTo(delta(vote(true, 1, 2)));
    // When
    var third = Node.start(first.relay.port());
    // Then
    assertThat(one.next()).isEqualTo(delta(vote(true, 1, 3)));
    // When
    third.close();
    // Then
    assertThat(one.next()).isEqualTo(delta(vote(true, 1, 2)));
  }

  /** Adds up deltas until there is so much. */
  private static long received(CrdtStream stream, long atLeast) {
    var sum = 0L;
    while (sum < atLeast) {
      sum += stream.next().getDelta().getGcounter().getIncrement();
    }
    return sum;
  }

  private static CrdtStateAction at(CrdtWriteConsistency level, CrdtStateAction action) {
    return action.toBuilder().setWriteConsistency(level).build();
  }

  private static void isNotAtLevel(Status status) {
    assertThat(status.getCode()).isEqualTo(Status.Code.UNKNOWN);
    assertThat(status.getDescription())
        .isEqualTo("Failed to update CRDT at requested write consistency");
  }

  /** A proxy with its function and one client, whose last call is remembered. */
  private static final class Node implements AutoCloseable {

    private final FakeUserFunction function = FakeUserFunction.start(CrdtModel.spec());
    private final Relay relay;
    private final TestProxy proxy;
    private final ManagedChannel channel;
    private ListenableFuture<Response> call = Futures.immediateCancelledFuture();

    private Node(int remotingPort, Relay relay, int seedPort) {
      this.relay = relay;
      this.proxy =
          TestProxy.startMember(
              function.port(),
              Map.of("replication.write-timeout", "1s"),
              remotingPort,
              relay,
              seedPort);
      this.channel = proxy.connect();
    }

    /** Joins the node behind the relay with this port; 0 begins a cluster. */
    static Node start(int seedPort) {
      var remotingPort = FreePort.find();
      var relay = Relay.to(remotingPort);
      return new Node(remotingPort, relay, seedPort == 0 ? relay.port() : seedPort);
    }

    void call() {
      call = CrdtTckModelGrpc.newFutureStub(channel).process(request(ID));
    }

    /** Calls an entity that has no value yet. */
    CrdtStream load() {
      call();
      var stream = function.nextCrdtStream();
      assertThat(stream.next()).isEqualTo(init(MODEL, ID));
      assertThat(stream.next()).isEqualTo(command(1, "Process", request(ID)));
      return stream;
    }

    void answer(
        CrdtStream stream,
        long id,
        State state,
        io.cloudstate.protocol.CrdtOuterClass.CrdtDelta change) {
      stream.send(out(reply(id, state).setStateAction(update(change))));
      assertThat(state()).isEqualTo(state);
    }

    void answer(CrdtStream stream, long id, State state) {
      stream.send(out(reply(id, state)));
      assertThat(state()).isEqualTo(state);
    }

    State state() {
      try {
        return call.get(20, TimeUnit.SECONDS).getState();
      } catch (InterruptedException | ExecutionException | TimeoutException e) {
        throw new AssertionError(e);
      }
    }

    /** If not, too few nodes have confirmed. */
    boolean isAnsweredWith(State state) {
      try {
        assertThat(call.get(20, TimeUnit.SECONDS).getState()).isEqualTo(state);
        return true;
      } catch (ExecutionException e) {
        isNotAtLevel(Status.fromThrowable(e));
        return false;
      } catch (InterruptedException | TimeoutException e) {
        throw new AssertionError(e);
      }
    }

    Status status() {
      var thrown =
          catchThrowableOfType(ExecutionException.class, () -> call.get(20, TimeUnit.SECONDS));
      return Status.fromThrowable(thrown);
    }

    @Override
    public void close() {
      channel.shutdownNow();
      proxy.close();
      function.close();
      relay.close();
    }
  }
}
