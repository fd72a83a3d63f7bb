package io.cloudstate.samples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.chat.ChatProto;
import com.example.chat.JoinRequest;
import com.example.chat.Line;
import com.example.chat.SetNameRequest;
import com.example.chat.WhoIsThereRequest;
import com.google.protobuf.Any;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.Forward;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatActionTest {

  private static final Object COMPLETED = "completed";

  private final FakeProxy proxy = new FakeProxy();
  private final ChatAction action = new ChatAction();

  @Test
  void joiningKeepsTheNameFirstAndLetsTheRoomAnswer() {
    action.handleUnary(command("Join", join("lobby", "alice", "Alice")), proxy);

    var setName = SetNameRequest.newBuilder().setUserId("alice").setName("Alice").build();
    var whoIsThere = WhoIsThereRequest.newBuilder().setRoomId("lobby").build();
    assertThat(proxy.seen)
        .containsExactly(
            ActionResponse.newBuilder()
                .addSideEffects(
                    SideEffect.newBuilder()
                        .setServiceName("com.example.chat.Profile")
                        .setCommandName("SetName")
                        .setPayload(Any.pack(setName))
                        .setSynchronous(true))
                .setForward(
                    Forward.newBuilder()
                        .setServiceName("com.example.chat.Room")
                        .setCommandName("WhoIsThere")
                        .setPayload(Any.pack(whoIsThere)))
                .build(),
            COMPLETED);
  }

  @Test
  void joinGoesWhereItsTypesFit() {
    var chat = ChatProto.getDescriptor().findServiceByName("Chat").findMethodByName("Join");
    var room = ChatProto.getDescriptor().findServiceByName("Room").findMethodByName("WhoIsThere");

    assertThat(chat.getOutputType()).isEqualTo(room.getOutputType());
  }

  @ParameterizedTest
  @CsvSource({"'',alice,Alice", "lobby,' ',Alice", "lobby,alice,''"})
  void whatTheSideEffectWouldRefuseIsRefusedBefore(String room, String user, String name) {
    action.handleUnary(command("Join", join(room, user, name)), proxy);

    assertThat(proxy.seen)
        .containsExactly(failure("Cannot join: room, user and name are needed"), COMPLETED);
  }

  @Test
  void anUnknownCommandIsRefused() {
    action.handleUnary(command("Leave", Empty.getDefaultInstance()), proxy);

    assertThat(proxy.seen)
        .containsExactly(failure("Unknown command Leave: a chat knows Join, Echo"), COMPLETED);
  }

  @Test
  void aCommandWithTheWrongPayloadIsRefused() {
    action.handleUnary(command("Join", Empty.getDefaultInstance()), proxy);

    assertThat(proxy.seen)
        .containsExactly(
            failure("Cannot read Join from type.googleapis.com/google.protobuf.Empty"), COMPLETED);
  }

  @Test
  void theOpeningMessageOfAnEchoIsNotAnswered() {
    echo();

    assertThat(proxy.seen).isEmpty();
  }

  @Test
  void everyLineComesBack() {
    var client = echo();

    client.onNext(line("hello"));
    client.onNext(line("anybody there?"));
    client.onCompleted();

    assertThat(proxy.seen).containsExactly(said("hello"), said("anybody there?"), COMPLETED);
  }

  @Test
  void byeIsTheLastWord() {
    var client = echo();

    client.onNext(line("bye"));
    client.onNext(line("still there?"));
    client.onCompleted();

    assertThat(proxy.seen).containsExactly(said("bye"), COMPLETED);
  }

  @Test
  void whatIsNoLineEndsTheCall() {
    var client = echo();

    client.onNext(follow(Empty.getDefaultInstance()));
    client.onNext(line("hello"));

    assertThat(proxy.seen)
        .containsExactly(
            failure("Cannot read a line from type.googleapis.com/google.protobuf.Empty"),
            COMPLETED);
  }

  @Test
  void anUnknownStreamedCommandIsRefused() {
    var client = action.handleStreamed(proxy);

    client.onNext(ActionCommand.newBuilder().setName("Shout").build());

    assertThat(proxy.seen)
        .containsExactly(failure("Unknown command Shout: a chat knows Join, Echo"), COMPLETED);
  }

  @Test
  void aCancelledEchoIsNotAnswered() {
    var client = echo();

    client.onError(new IllegalStateException("gone"));
    client.onNext(line("hello"));

    assertThat(proxy.seen).isEmpty();
  }

  private StreamObserver<ActionCommand> echo() {
    var client = action.handleStreamed(proxy);
    client.onNext(
        ActionCommand.newBuilder().setServiceName("com.example.chat.Chat").setName("Echo").build());
    return client;
  }

  private static ActionCommand line(String text) {
    return follow(Line.newBuilder().setText(text).build());
  }

  private static ActionCommand follow(Message payload) {
    return ActionCommand.newBuilder().setPayload(Any.pack(payload)).build();
  }

  private static ActionCommand command(String name, Message payload) {
    return ActionCommand.newBuilder()
        .setServiceName("com.example.chat.Chat")
        .setName(name)
        .setPayload(Any.pack(payload))
        .build();
  }

  private static JoinRequest join(String room, String user, String name) {
    return JoinRequest.newBuilder().setRoomId(room).setUserId(user).setName(name).build();
  }

  private static ActionResponse said(String text) {
    var line = Line.newBuilder().setText(text).build();
    return ActionResponse.newBuilder()
        .setReply(Reply.newBuilder().setPayload(Any.pack(line)))
        .build();
  }

  private static ActionResponse failure(String description) {
    return ActionResponse.newBuilder()
        .setFailure(Failure.newBuilder().setDescription(description))
        .build();
  }

  private static final class FakeProxy implements StreamObserver<ActionResponse> {
    private final List<Object> seen = new ArrayList<>();

    @Override
    public void onNext(ActionResponse response) {
      seen.add(response);
    }

    @Override
    public void onError(Throwable cause) {
      seen.add("error");
    }

    @Override
    public void onCompleted() {
      seen.add(COMPLETED);
    }
  }
}
