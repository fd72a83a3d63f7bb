package io.cloudstate.proxy.eventing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import java.io.NotSerializableException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Each message that goes from node to node, and its bytes. */
class SliceSerializerTest {

  private static final ActorSystem<Void> system =
      ActorSystem.create(
          Behaviors.empty(), "slices", ConfigFactory.parseString("akka.actor.provider = local"));

  private final SliceSerializer serializer =
      new SliceSerializer((ExtendedActorSystem) system.classicSystem());

  @AfterAll
  static void stop() {
    system.terminate();
  }

  @Test
  void everyMessageComesBackAsItWas() throws NotSerializableException {
    for (var signal : LogSlice.Signal.values()) {
      assertThat(roundTrip(signal)).isEqualTo(signal);
    }
    var asker = system.systemActorOf(Behaviors.<SliceStatus>ignore(), "asker", Props.empty());
    assertThat(roundTrip(new LogSlice.GetStatus(asker))).isEqualTo(new LogSlice.GetStatus(asker));
    var status = new SliceStatus("node", "running", 7, 5, 3, 2, "grün");
    assertThat(roundTrip(status)).isEqualTo(status);
  }

  @Test
  void bytesOfASignalAreItsName() {
    assertThat(serializer.toBinary(LogSlice.Signal.RESUME))
        .isEqualTo("RESUME".getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void whatNobodyHereKnowsIsRefused() {
    assertThatThrownBy(() -> serializer.fromBinary(new byte[0], "x"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("of form 'x'");
    assertThatThrownBy(() -> serializer.fromBinary("REST".getBytes(StandardCharsets.UTF_8), "s"))
        .isInstanceOf(NotSerializableException.class);
    assertThatThrownBy(() -> serializer.fromBinary(new byte[3], "t"))
        .isInstanceOf(NotSerializableException.class);
  }

  private Object roundTrip(Object message) throws NotSerializableException {
    return serializer.fromBinary(serializer.toBinary(message), serializer.manifest(message));
  }
}
