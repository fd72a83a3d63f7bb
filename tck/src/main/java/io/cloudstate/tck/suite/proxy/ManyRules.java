package io.cloudstate.tck.suite.proxy;

import static io.cloudstate.tck.suite.proxy.EventSourcedModel.emit;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.reply;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.response;

import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.tck.driver.ClientCall;
import io.cloudstate.tck.driver.FunctionCall;
import io.cloudstate.tck.driver.FunctionRpcs;
import io.cloudstate.tck.model.Eventsourced.Persisted;
import io.cloudstate.tck.model.Eventsourced.Request;
import io.cloudstate.tck.model.Eventsourced.Response;
import io.cloudstate.tck.rule.Group;
import io.cloudstate.tck.rule.Mismatch;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** More entities at a time than other rules have. */
final class ManyRules {

  private static final int ENTITIES = 1000;

  /** So that no call waits long for its turn, however slow the machine is. */
  private static final int IN_FLIGHT = 50;

  static final Group<ProxyStage> GROUP =
      Group.<ProxyStage>extra("many-entities", "Many entities")
          .rule(
              "np1",
              "a thousand entities have a stream each, and each answers with its own state, when it"
                  + " is first called and when all are loaded",
              ManyRules::thousand);

  private ManyRules() {}

  private static void thousand(ProxyStage stage) {
    var entities = Stream.generate(() -> new EventSourcedModel(stage)).limit(ENTITIES).toList();
    Set<String> opened = ConcurrentHashMap.newKeySet();
    stage
        .function()
        .always(
            FunctionRpcs.EVENT_SOURCED,
            stream -> {
              var life = new Life(stream);
              stream.whenReceived(
                  message -> {
                    if (message.hasInit()) {
                      opened.add(message.getInit().getEntityId());
                    }
                    life.onMessage(message);
                  });
            });
    try {
      callAll(entities, entity -> entity.call(emit(entity.id())));
      if (opened.size() != ENTITIES) {
        throw new Mismatch(
            "entities with a stream", Integer.toString(ENTITIES), Integer.toString(opened.size()));
      }
      callAll(entities, EventSourcedModel::call);
    } finally {
      stage.function().leaveToScripts(FunctionRpcs.EVENT_SOURCED);
    }
  }

  private static void callAll(
      List<EventSourcedModel> entities,
      Function<EventSourcedModel, ClientCall<Request, Response>> calling) {
    var expected = new ArrayDeque<Runnable>();
    for (var entity : entities) {
      if (expected.size() == IN_FLIGHT) {
        expected.remove().run();
      }
      var call = calling.apply(entity);
      expected.add(() -> call.expectReply(response(entity.id())));
    }
    expected.forEach(Runnable::run);
  }

  /** What the function does on one stream: its state is what was emitted, one after the other. */
  private static final class Life {
    private final FunctionCall<EventSourcedStreamIn, EventSourcedStreamOut> stream;
    private String state = "";

    Life(FunctionCall<EventSourcedStreamIn, EventSourcedStreamOut> stream) {
      this.stream = stream;
    }

    void onMessage(EventSourcedStreamIn message) {
      try {
        if (message.hasEvent()) {
          state += message.getEvent().getPayload().unpack(Persisted.class).getValue();
        } else if (message.hasCommand()) {
          onCommand(message.getCommand());
        }
      } catch (InvalidProtocolBufferException e) {
        stream.fail(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
      }
    }

    private void onCommand(Command command) throws InvalidProtocolBufferException {
      var emitted =
          command.getPayload().unpack(Request.class).getActionsList().stream()
              .map(action -> action.getEmit().getValue())
              .toList();
      state += String.join("", emitted);
      stream.send(EventSourcedRules.out(reply(command.getId(), state, emitted)));
    }
  }
}
