package io.cloudstate.proxy.entity;

import static java.nio.charset.StandardCharsets.UTF_8;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.SerializerWithStringManifest;
import java.io.IOException;
import java.io.NotSerializableException;

/**
 * Takes commands to the nodes of their entities, and the answers back. On the way out of its node a
 * command is given a number, under which {@link RemoteAnswers} keeps who waits for it; a command
 * that stays on its node never comes here.
 *
 * <p>During an update of the service nodes of two releases talk to each other: both skip fields
 * they do not know ({@link WireFields}), and a new manifest is written only when the release before
 * can read it (docs/decisions/0009).
 */
public final class EntitySerializer extends SerializerWithStringManifest {

  /** Travels with every message; never change it. */
  public static final int IDENTIFIER = 1222419125;

  static final String COMMAND = "C1";
  static final String ANSWER = "A1";
  static final String LOOK = "L1"; // who does not know it leaves the one who looks waiting
  static final String SIGHT = "S1";

  private final RemoteAnswers answers;
  private final ActorRefResolver refs;

  /** Made by Akka. */
  public EntitySerializer(ExtendedActorSystem system) {
    var typed = Adapter.toTyped(system);
    this.answers = RemoteAnswers.of(typed);
    this.refs = ActorRefResolver.get(typed);
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object message) {
    if (message instanceof RemoteAnswers.Answered) {
      return ANSWER;
    }
    if (message instanceof EntityActor.Look) {
      return LOOK;
    }
    return message instanceof Sight ? SIGHT : COMMAND;
  }

  @Override
  public byte[] toBinary(Object message) {
    if (message instanceof EntityActor.Invoke invoke) {
      var pending = invoke.command();
      var now = System.nanoTime();
      var number = answers.expect(pending, now);
      return WireWriter.command(number, answers.address(), pending.call(), now);
    } else if (message instanceof RemoteAnswers.Answered answered) {
      return WireWriter.answer(answered.number(), answered.node(), answered.answer());
    } else if (message instanceof EntityActor.Look look) {
      return refs.toSerializationFormat(look.replyTo()).getBytes(UTF_8);
    } else if (message instanceof Sight sight) {
      return sight.toBytes();
    }
    throw new IllegalArgumentException("no message between nodes: " + message.getClass());
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    try {
      return switch (manifest) {
        case COMMAND -> invoke(WireReader.command(bytes, System.nanoTime()));
        case ANSWER -> WireReader.answer(bytes);
        case LOOK -> new EntityActor.Look(refs.resolveActorRef(new String(bytes, UTF_8)));
        case SIGHT -> Sight.fromBytes(bytes);
        default -> throw new IOException("unknown form (expected: C1, A1, L1 or S1)");
      };
    } catch (IOException | RuntimeException broken) {
      var notReadable =
          new NotSerializableException(
              "message '%s' of %d bytes: %s"
                  .formatted(manifest, bytes.length, broken.getMessage()));
      notReadable.initCause(broken);
      throw notReadable;
    }
  }

  private EntityActor.Invoke invoke(WireReader.Command command) {
    var sender = refs.<RemoteAnswers.Message>resolveActorRef(command.sender());
    return new EntityActor.Invoke(
        new Pending(
            command.call(),
            answer ->
                sender.tell(new RemoteAnswers.Answered(command.number(), answers.node(), answer))));
  }
}
