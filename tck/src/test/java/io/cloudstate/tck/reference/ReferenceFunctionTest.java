package io.cloudstate.tck.reference;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.ActorSystem;
import com.google.protobuf.Empty;
import io.cloudstate.protocol.CrdtOuterClass.CrdtInit;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.UserFunctionError;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.tck.driver.FunctionRpcs;
import io.cloudstate.tck.driver.GrpcClient;
import io.cloudstate.tck.model.Crdt.ORMapUpdate;
import io.cloudstate.tck.model.Crdt.Request;
import io.cloudstate.tck.model.Crdt.RequestAction;
import io.cloudstate.tck.model.Crdt.State;
import io.cloudstate.tck.model.Crdt.StreamedRequest;
import io.cloudstate.tck.model.Crdt.Update;
import io.cloudstate.tck.rule.Patience;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the reference function does where the model suite has no rule. */
class ReferenceFunctionTest {

  private static final List<String> COMPLAINTS = new CopyOnWriteArrayList<>();

  private static ActorSystem system;
  private static ReferenceFunction function;
  private static GrpcClient proxy;

  @BeforeAll
  static void start() {
    system = ActorSystem.create("test");
    function = ReferenceFunction.start("127.0.0.1", 0, new ReferenceModel(), COMPLAINTS::add);
    proxy =
        new GrpcClient("proxy", "function", system, "127.0.0.1", function.port(), Patience.DEFAULT);
  }

  @AfterAll
  static void stop() {
    proxy.close();
    function.close();
    system.terminate();
  }

  @Test
  void commandBeforeInitIsAFailureThatEndsTheStream() {
    // When
    var stream = proxy.open(FunctionRpcs.VALUE);
    stream.send(ValueEntityStreamIn.newBuilder().setCommand(Command.newBuilder().setId(1)).build());
    // Then
    stream.expect(
        ValueEntityStreamOut.newBuilder()
            .setFailure(Answers.failed(0, "command 1 before init"))
            .build());
    stream.expectCompletion();
  }

  @Test
  void complaintsOfTheProxyAreHandedOn() {
    // When
    var call =
        proxy.call(
            FunctionRpcs.REPORT_ERROR,
            UserFunctionError.newBuilder().setMessage("no such service").build());
    // Then
    call.expectReply(Empty.getDefaultInstance());
    assertThat(COMPLAINTS).containsExactly("no such service");
  }

  @Test
  void entryThatIsRemovedAndComesBackIsBothRemovedAndAdded() {
    // Given
    var session = new ReferenceModel().crdt();
    session.onMessage(init("ORMap-1"));
    session.onMessage(command(1, ORMapUpdate.newBuilder().setAdd("Flag-1")));
    // When
    var answers =
        session.onMessage(
            command(
                2,
                ORMapUpdate.newBuilder().setRemove("Flag-1"),
                ORMapUpdate.newBuilder().setAdd("Flag-1")));
    // Then
    var change = answers.get(0).getReply().getStateAction().getUpdate().getOrmap();
    assertThat(change.getRemovedList()).containsExactly(Answers.primitive("Flag-1"));
    assertThat(change.getAddedList())
        .extracting(entry -> Answers.text(entry.getKey()))
        .containsExactly("Flag-1");
  }

  @Test
  void streamWhoseEndIsReachedAtOnceIsNotKeptOpen() {
    // Given
    var session = new ReferenceModel().crdt();
    session.onMessage(init("GCounter-1"));
    var endsAt = State.newBuilder();
    endsAt.getGcounterBuilder().setValue(0);
    var request = StreamedRequest.newBuilder().setId("GCounter-1").setEndState(endsAt).build();
    // When
    var answers =
        session.onMessage(
            CrdtStreamIn.newBuilder()
                .setCommand(
                    Command.newBuilder()
                        .setId(1)
                        .setName("ProcessStreamed")
                        .setStreamed(true)
                        .setPayload(Answers.packed(request)))
                .build());
    // Then
    assertThat(answers).hasSize(1);
    assertThat(answers).extracting(CrdtStreamOut::getReply).noneMatch(each -> each.getStreamed());
  }

  private static CrdtStreamIn init(String id) {
    return CrdtStreamIn.newBuilder()
        .setInit(CrdtInit.newBuilder().setServiceName(Services.CRDT).setEntityId(id))
        .build();
  }

  private static CrdtStreamIn command(long id, ORMapUpdate.Builder... updates) {
    var request = Request.newBuilder().setId("ORMap-1");
    for (var update : updates) {
      request.addActions(
          RequestAction.newBuilder().setUpdate(Update.newBuilder().setOrmap(update)));
    }
    return CrdtStreamIn.newBuilder()
        .setCommand(
            Command.newBuilder()
                .setId(id)
                .setName("Process")
                .setPayload(Answers.packed(request.build())))
        .build();
  }
}
