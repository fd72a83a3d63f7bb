package io.cloudstate.samples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.chat.ForgetRequest;
import com.example.chat.GetNameRequest;
import com.example.chat.Name;
import com.example.chat.SetNameRequest;
import com.google.protobuf.Any;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityAction;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityDelete;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityInit;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityInitState;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityReply;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityUpdate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileSessionTest {

  private static final Message DONE = Empty.getDefaultInstance();

  private final ProfileSession session = new ProfileSession();

  @Test
  void initIsNotAnswered() {
    assertThat(session.onMessage(init())).isEmpty();
  }

  @Test
  void aNameIsToBeStoredAndIsTheCurrentOneAtOnce() {
    session.onMessage(init());

    assertThat(answer(setName(1, "Alice"))).isEqualTo(reply(1, DONE, update("Alice")));
    assertThat(answer(getName(2))).isEqualTo(reply(2, name("Alice")));
  }

  @Test
  void anotherNameReplacesTheFirst() {
    session.onMessage(init("Alice"));

    assertThat(answer(setName(1, "Al"))).isEqualTo(reply(1, DONE, update("Al")));
    assertThat(answer(getName(2))).isEqualTo(reply(2, name("Al")));
  }

  @Test
  void whatWasStoredIsReadWithoutStoringAnything() {
    session.onMessage(init("Alice"));

    assertThat(answer(getName(1))).isEqualTo(reply(1, name("Alice")));
  }

  @Test
  void whoHasNoNameIsToldSo() {
    session.onMessage(init());

    assertThat(answer(getName(1))).isEqualTo(refusal(1, "Nobody has given alice a name"));
  }

  @Test
  void forgettingDeletesWhatIsStored() {
    session.onMessage(init("Alice"));

    assertThat(answer(forget(1))).isEqualTo(reply(1, DONE, delete()));
    assertThat(answer(getName(2))).isEqualTo(refusal(2, "Nobody has given alice a name"));
  }

  @Test
  void forgettingNothingIsFineAndDeletesNothing() {
    session.onMessage(init());

    assertThat(answer(forget(1))).isEqualTo(reply(1, DONE));
  }

  @Test
  void aForgottenProfileIsCreatedAgainOnTheSameStream() {
    session.onMessage(init("Alice"));
    answer(forget(1));

    assertThat(answer(setName(2, "Alicia"))).isEqualTo(reply(2, DONE, update("Alicia")));
    assertThat(answer(getName(3))).isEqualTo(reply(3, name("Alicia")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t"})
  void anEmptyNameIsRefusedAndTheOldOneStays(String empty) {
    session.onMessage(init("Alice"));

    assertThat(answer(setName(1, empty)))
        .isEqualTo(refusal(1, "Cannot name alice: the name is empty"));
    assertThat(answer(getName(2))).isEqualTo(reply(2, name("Alice")));
  }

  @Test
  void anUnknownCommandIsRefused() {
    session.onMessage(init());

    assertThat(answer(command(1, "Rename", DONE)))
        .isEqualTo(refusal(1, "Unknown command Rename: a profile knows SetName, GetName, Forget"));
  }

  @Test
  void aCommandWithTheWrongPayloadIsRefused() {
    session.onMessage(init());

    assertThat(answer(command(1, "SetName", DONE)))
        .isEqualTo(
            refusal(1, "Cannot read SetName from type.googleapis.com/google.protobuf.Empty"));
  }

  @Test
  void aCommandBeforeInitEndsTheStream() {
    assertThat(answer(getName(1))).isEqualTo(end(1, "command 1 before init"));
  }

  @Test
  void aSecondInitEndsTheStream() {
    session.onMessage(init());

    assertThat(answer(init())).isEqualTo(end(0, "second init for alice"));
  }

  @Test
  void aCommandForAnotherProfileEndsTheStream() {
    session.onMessage(init());
    var stray = getName(1).toBuilder();
    stray.getCommandBuilder().setEntityId("bob");

    assertThat(answer(stray.build())).isEqualTo(end(1, "command for bob (expected: alice)"));
  }

  @Test
  void aStateThatIsNotOursEndsTheStream() {
    var failure = answer(init(Any.pack(DONE))).getFailure();

    assertThat(failure.getDescription())
        .startsWith("state of type type.googleapis.com/google.protobuf.Empty is not readable");
  }

  @Test
  void anEmptyMessageEndsTheStream() {
    assertThat(answer(ValueEntityStreamIn.getDefaultInstance()))
        .isEqualTo(end(0, "empty message (expected: init or command)"));
  }

  private ValueEntityStreamOut answer(ValueEntityStreamIn message) {
    return session.onMessage(message).orElseThrow();
  }

  private static ValueEntityStreamIn init() {
    return init(ValueEntityInitState.getDefaultInstance());
  }

  private static ValueEntityStreamIn init(String name) {
    return init(Any.pack(name(name)));
  }

  private static ValueEntityStreamIn init(Any value) {
    return init(ValueEntityInitState.newBuilder().setValue(value).build());
  }

  private static ValueEntityStreamIn init(ValueEntityInitState state) {
    return ValueEntityStreamIn.newBuilder()
        .setInit(
            ValueEntityInit.newBuilder()
                .setServiceName("com.example.chat.Profile")
                .setEntityId("alice")
                .setState(state))
        .build();
  }

  private static ValueEntityStreamIn setName(long id, String name) {
    return command(
        id, "SetName", SetNameRequest.newBuilder().setUserId("alice").setName(name).build());
  }

  private static ValueEntityStreamIn getName(long id) {
    return command(id, "GetName", GetNameRequest.newBuilder().setUserId("alice").build());
  }

  private static ValueEntityStreamIn forget(long id) {
    return command(id, "Forget", ForgetRequest.newBuilder().setUserId("alice").build());
  }

  private static ValueEntityStreamIn command(long id, String name, Message payload) {
    return ValueEntityStreamIn.newBuilder()
        .setCommand(
            Command.newBuilder()
                .setEntityId("alice")
                .setId(id)
                .setName(name)
                .setPayload(Any.pack(payload)))
        .build();
  }

  private static ValueEntityStreamOut reply(long id, Message payload) {
    return ValueEntityStreamOut.newBuilder()
        .setReply(
            ValueEntityReply.newBuilder()
                .setCommandId(id)
                .setClientAction(
                    ClientAction.newBuilder()
                        .setReply(Reply.newBuilder().setPayload(Any.pack(payload)))))
        .build();
  }

  private static ValueEntityStreamOut reply(long id, Message payload, ValueEntityAction action) {
    var reply = reply(id, payload).toBuilder();
    reply.getReplyBuilder().setStateAction(action);
    return reply.build();
  }

  private static ValueEntityStreamOut refusal(long id, String description) {
    return ValueEntityStreamOut.newBuilder()
        .setReply(
            ValueEntityReply.newBuilder()
                .setCommandId(id)
                .setClientAction(
                    ClientAction.newBuilder()
                        .setFailure(
                            Failure.newBuilder().setCommandId(id).setDescription(description))))
        .build();
  }

  private static ValueEntityStreamOut end(long commandId, String description) {
    return ValueEntityStreamOut.newBuilder()
        .setFailure(Failure.newBuilder().setCommandId(commandId).setDescription(description))
        .build();
  }

  private static ValueEntityAction update(String name) {
    return ValueEntityAction.newBuilder()
        .setUpdate(ValueEntityUpdate.newBuilder().setValue(Any.pack(name(name))))
        .build();
  }

  private static ValueEntityAction delete() {
    return ValueEntityAction.newBuilder().setDelete(ValueEntityDelete.getDefaultInstance()).build();
  }

  private static Name name(String name) {
    return Name.newBuilder().setName(name).build();
  }
}
