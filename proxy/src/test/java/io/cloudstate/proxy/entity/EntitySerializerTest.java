package io.cloudstate.proxy.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.ExtendedActorSystem;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.serialization.SerializationExtension;
import com.google.protobuf.ByteString;
import com.typesafe.config.ConfigFactory;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Answer.ClientAction;
import io.cloudstate.proxy.call.Answer.SideEffect;
import io.cloudstate.proxy.call.Answer.Target;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.TraceContext;
import java.io.NotSerializableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EntitySerializerTest {

  private static final long NOW = 1_000_000;
  private static final Payload PAYLOAD = payload("t/a", 1, 2, 3);
  private static final Metadata METADATA =
      new Metadata(
          List.of(
              new Metadata.Entry.Text("text", ""),
              new Metadata.Entry.Binary("data", ByteString.copyFrom(new byte[] {4}))));
  private static final Target TARGET = new Target("service", "Method", PAYLOAD, METADATA);

  private static ActorTestKit system;
  private static EntitySerializer serializer;

  @BeforeAll
  static void start() {
    system = ActorTestKit.create(ConfigFactory.load());
    serializer = new EntitySerializer((ExtendedActorSystem) system.system().classicSystem());
  }

  @AfterAll
  static void stop() {
    system.shutdownTestKit();
  }

  static Stream<Answer> answers() {
    return Stream.of(
        new Answer(new ClientAction.None(), List.of()),
        new Answer(new ClientAction.Reply(PAYLOAD, METADATA), List.of()),
        new Answer(new ClientAction.Reply(Payload.NONE, Metadata.EMPTY), List.of()),
        new Answer(new ClientAction.Reply(PAYLOAD, METADATA, true), List.of()),
        new Answer(new ClientAction.Forward(TARGET), List.of()),
        new Answer(
            new ClientAction.None(),
            List.of(new SideEffect(TARGET, true), new SideEffect(TARGET, false))),
        Answer.failed(new Failure.BadCall("a")),
        Answer.failed(new Failure.NotServed("b")),
        Answer.failed(new Failure.Refused("c")),
        Answer.failed(new Failure.RefusedWithStatus(7, "d")),
        Answer.failed(new Failure.UserFunctionFailed("e")),
        Answer.failed(new Failure.UserFunctionUnavailable("f")),
        Answer.failed(new Failure.StorageFailed("g")),
        Answer.failed(new Failure.NotReplicated("h")),
        Answer.failed(new Failure.NodeLost("m")),
        Answer.failed(new Failure.EntityMoves("n")),
        Answer.failed(new Failure.Overloaded("i")),
        Answer.failed(new Failure.TimedOut("j")),
        Answer.failed(new Failure.BadReply("k")),
        Answer.failed(new Failure.TooLarge("l")),
        Answer.failed(new Failure.Misrouted("")));
  }

  @Test
  void everyFailureIsAmongTheAnswers() {
    var sent =
        answers()
            .map(Answer::action)
            .filter(ClientAction.Fail.class::isInstance)
            .<Class<?>>map(action -> ((ClientAction.Fail) action).failure().getClass())
            .toList();
    assertThat(sent).containsAll(List.of(Failure.class.getPermittedSubclasses()));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void answerArrivesAsItWasSent(Answer answer) throws Exception {
    // When
    var bytes = WireWriter.answer(5, Home.UNKNOWN, answer);
    // Then
    assertThat(serializer.fromBinary(bytes, EntitySerializer.ANSWER))
        .isEqualTo(new RemoteAnswers.Answered(5, Home.UNKNOWN, answer));
  }

  @Test
  void sightArrivesAsItWasSent() throws Exception {
    // Given
    var sight = new Sight("akka://cloudstate@one:1", "READY", true, 3, 1, 77);
    // When
    var bytes = serializer.toBinary(sight);
    // Then
    assertThat(serializer.manifest(sight)).isEqualTo(EntitySerializer.SIGHT);
    assertThat(serializer.fromBinary(bytes, EntitySerializer.SIGHT)).isEqualTo(sight);
  }

  @Test
  void questionHowAnEntityIsArrivesWithItsWayBack() throws Exception {
    // Given
    var look = new EntityActor.Look(system.<Sight>createTestProbe().ref());
    // When
    var bytes = serializer.toBinary(look);
    // Then
    assertThat(serializer.manifest(look)).isEqualTo(EntitySerializer.LOOK);
    assertThat(serializer.fromBinary(bytes, EntitySerializer.LOOK)).isEqualTo(look);
  }

  @Test
  void commandArrivesAsItWasSentWithWhatIsLeftOfItsTime() throws Exception {
    // When
    var bytes = WireWriter.command(5, "sender", call(NOW + 77), NOW);
    // Then
    assertThat(WireReader.command(bytes, 300))
        .isEqualTo(new WireReader.Command(5, "sender", call(377)));
  }

  @Test
  void commandTakesItsTraceAlong() throws Exception {
    for (var trace : List.of(new TraceContext("00-a-b-01", ""), new TraceContext("c", "d=e"))) {
      var bytes = WireWriter.command(5, "sender", call(NOW + 77).traced(trace), NOW);
      assertThat(WireReader.command(bytes, 300))
          .isEqualTo(new WireReader.Command(5, "sender", call(377).traced(trace)));
    }
  }

  @Test
  void commandTakesTheTopicOfItsReplyAlong() throws Exception {
    var published = call(377).publishedTo("topic");
    var bytes = WireWriter.command(5, "sender", call(NOW + 77).publishedTo("topic"), NOW);
    assertThat(WireReader.command(bytes, 300))
        .isEqualTo(new WireReader.Command(5, "sender", published));
  }

  @Test
  void deadlineThatHasPassedStaysInThePast() throws Exception {
    var bytes = WireWriter.command(5, "sender", call(NOW - 77), NOW);
    assertThat(WireReader.command(bytes, 300).call().deadlineNanos()).isEqualTo(300 - 77);
  }

  @Test
  void callWithoutADeadlineHasNoneElsewhere() throws Exception {
    var bytes = WireWriter.command(5, "sender", call(Call.noDeadline(NOW)), NOW);
    assertThat(WireReader.command(bytes, 300).call().hasDeadline(300)).isFalse();
  }

  @Test
  void payloadIsNotCopiedWhenItIsRead() throws Exception {
    // Given
    var bytes = WireWriter.command(5, "sender", call(NOW), NOW);
    var at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("\1\2\3");
    var read = WireReader.command(bytes, NOW).call().payload().value();
    // When
    bytes[at] = 9;
    // Then
    assertThat(read.byteAt(0)).isEqualTo((byte) 9);
  }

  /** Bytes as release 0.1 writes them: they may be under way while a service is updated. */
  @Test
  void recordedCommandIsReadAndWritten() throws Exception {
    // Given
    var recorded =
        "0805120673656e646572189a012207736572766963652a064d6574686f64"
            + "3203742f613a03010203"
            + "42087a04746578745a00"
            + "42097a04646174613a0104";
    // Then
    assertThat(WireReader.command(HexFormat.of().parseHex(recorded), 300))
        .isEqualTo(new WireReader.Command(5, "sender", call(377)));
    assertThat(HexFormat.of().formatHex(WireWriter.command(5, "sender", call(NOW + 77), NOW)))
        .isEqualTo(recorded);
  }

  /** Bytes of release 0.1, too. */
  static Stream<Arguments> recorded() {
    return Stream.of(
        Arguments.of("08054800", new Answer(new ClientAction.None(), List.of())),
        Arguments.of(
            "080548013203742f613a03010203",
            new Answer(new ClientAction.Reply(PAYLOAD, Metadata.EMPTY), List.of())),
        Arguments.of(
            "08054802220773657276696365" + "2a064d6574686f64" + "3203742f613a03010203",
            new Answer(
                new ClientAction.Forward(new Target("service", "Method", PAYLOAD, Metadata.EMPTY)),
                List.of())),
        Arguments.of(
            "0805480350045a01646007", Answer.failed(new Failure.RefusedWithStatus(7, "d"))),
        Arguments.of("08054803500a5a016a", Answer.failed(new Failure.TimedOut("j"))),
        Arguments.of(
            "08054800"
                + "6a1a"
                + "220773657276696365"
                + "2a064d6574686f64"
                + "3200"
                + "3a03010203"
                + "7001",
            new Answer(
                new ClientAction.None(),
                List.of(
                    new SideEffect(
                        new Target("service", "Method", payload("", 1, 2, 3), Metadata.EMPTY),
                        true)))));
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void recordedAnswerIsReadAndWritten(String hex, Answer answer) throws Exception {
    assertThat(WireReader.answer(HexFormat.of().parseHex(hex)).answer()).isEqualTo(answer);
    assertThat(HexFormat.of().formatHex(WireWriter.answer(5, Home.UNKNOWN, answer))).isEqualTo(hex);
  }

  @Test
  void answerTellsWhichNodeGivesIt() throws Exception {
    var answer = new Answer(new ClientAction.None(), List.of());
    assertThat(WireReader.answer(WireWriter.answer(5, -77, answer)))
        .isEqualTo(new RemoteAnswers.Answered(5, -77, answer));
  }

  @Test
  void fieldOfALaterReleaseIsSkipped() throws Exception {
    var withField99 = HexFormat.of().parseHex("08054800" + "9a0603616263");
    assertThat(WireReader.answer(withField99))
        .isEqualTo(
            new RemoteAnswers.Answered(
                5, Home.UNKNOWN, new Answer(new ClientAction.None(), List.of())));
  }

  @Test
  void failureOfALaterReleaseIsTheFunctions() throws Exception {
    var failure99 = HexFormat.of().parseHex("0805480350635a016a");
    assertThat(WireReader.answer(failure99).answer())
        .isEqualTo(Answer.failed(new Failure.UserFunctionFailed("j")));
  }

  @ParameterizedTest
  @MethodSource
  void whatCannotBeReadSaysSo(String manifest, String hex) {
    assertThatThrownBy(() -> serializer.fromBinary(HexFormat.of().parseHex(hex), manifest))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("'" + manifest + "'");
  }

  static Stream<Arguments> whatCannotBeReadSaysSo() {
    return Stream.of(
        Arguments.of("C2", ""),
        Arguments.of("C1", "ff"),
        Arguments.of("A1", "4809"),
        Arguments.of("A1", "3205"));
  }

  @Test
  void akkaUsesThisSerializer() throws Exception {
    var akka = SerializationExtension.get(system.system().classicSystem());
    assertThat(akka.serializerFor(EntityActor.Invoke.class)).isInstanceOf(EntitySerializer.class);
    assertThat(akka.serializerFor(RemoteAnswers.Answered.class))
        .isInstanceOf(EntitySerializer.class);
  }

  @Test
  void answerFindsWhoeverWaitsForItAndOnlyOnce() throws Exception {
    // Given
    BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    var invoke =
        new EntityActor.Invoke(new Pending(call(System.nanoTime() + 1_000_000_000L), answers::add));
    // When
    var bytes = serializer.toBinary(invoke);
    var elsewhere = (EntityActor.Invoke) serializer.fromBinary(bytes, EntitySerializer.COMMAND);
    var answer = new Answer(new ClientAction.Reply(PAYLOAD, METADATA), List.of());
    elsewhere.command().answer().accept(answer);
    elsewhere.command().answer().accept(Answer.failed(new Failure.Refused("twice")));
    // Then
    assertThat(answers.poll(20, TimeUnit.SECONDS)).isEqualTo(answer);
    RemoteAnswers.of(system.system()).giveUpLate(System.nanoTime() + Duration.ofDays(1).toNanos());
    assertThat(answers).isEmpty();
  }

  @Test
  void commandThatIsNotAnsweredIsGivenUpSomeTimeAfterItsDeadline() {
    // Given
    BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    var deadline = System.nanoTime() + Duration.ofHours(1).toNanos();
    serializer.toBinary(new EntityActor.Invoke(new Pending(call(deadline), answers::add)));
    // When
    RemoteAnswers.of(system.system()).giveUpLate(deadline);
    // Then
    assertThat(answers).isEmpty();
    RemoteAnswers.of(system.system()).giveUpLate(deadline + Duration.ofSeconds(3).toNanos());
    assertThat(answers)
        .containsExactly(Answer.failed(new Failure.TimedOut("No answer came from its node")));
  }

  @Test
  void commandForAShardOfANodeThatIsGoneIsAnswered() throws Exception {
    // Given
    var home = new Home();
    var other = new Home();
    BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    var mailbox = RemoteAnswers.of(system.system());
    var deadline = System.nanoTime() + Duration.ofHours(1).toNanos();
    var number = mailbox.expect(new Pending(call(deadline), answers::add, "", home), 0);
    mailbox.onMessage(
        new RemoteAnswers.Answered(number, 77, new Answer(new ClientAction.None(), List.of())));
    answers.clear();
    mailbox.expect(new Pending(call(deadline), answers::add, "", home), 0);
    mailbox.expect(new Pending(call(deadline), answers::add, "", other), 0);
    // When
    mailbox.onMessage(new RemoteAnswers.ThrownOut(78));
    assertThat(answers).isEmpty();
    mailbox.onMessage(new RemoteAnswers.ThrownOut(77));
    // Then
    assertThat(answers)
        .containsExactly(Answer.failed(new Failure.NodeLost("The entity's node is gone")));
    mailbox.giveUpLate(deadline + Duration.ofSeconds(3).toNanos());
  }

  private static Call call(long deadlineNanos) {
    return new Call("service", "Method", PAYLOAD, METADATA, deadlineNanos);
  }

  private static Payload payload(String type, int... bytes) {
    var value = new byte[bytes.length];
    for (var i = 0; i < bytes.length; i++) {
      value[i] = (byte) bytes[i];
    }
    return new Payload(type, ByteString.copyFrom(value));
  }
}
