package io.cloudstate.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.ConfigFactory;
import io.cloudstate.proxy.config.ProxySettings.Broker;
import io.cloudstate.proxy.config.ProxySettings.BrokerType;
import io.cloudstate.proxy.config.ProxySettings.CloudEventsMode;
import io.cloudstate.proxy.config.ProxySettings.Kafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerSettingsTest {

  static final Broker NONE =
      new Broker(
          BrokerType.NONE,
          64,
          500,
          2000,
          Duration.ofSeconds(10),
          10_000,
          new Kafka(
              List.of(),
              Map.of(),
              "",
              CloudEventsMode.BINARY,
              Duration.ofSeconds(10),
              Duration.ofSeconds(5)));

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  @Test
  void everySettingIsRead() throws IOException {
    // Given
    var file = Files.writeString(directory.resolve("kafka.properties"), "sasl.jaas.config = x y\n");
    // When
    var broker =
        read(
            """
            support = kafka, in-process.max-events = 500
            topics { max-in-flight = 1, max-queued-events = 2, max-publishing = 3, drain-timeout = 4s }
            kafka {
              bootstrap-servers = "a:5,b:6", properties-file = "%s", group-prefix = prod-
              cloud-events-mode = structured, publish-timeout = 7s, answer-timeout = 6s
            }
            """
                .formatted(file));
    // Then
    assertThat(broker)
        .isEqualTo(
            new Broker(
                BrokerType.KAFKA,
                1,
                2,
                3,
                Duration.ofSeconds(4),
                500,
                new Kafka(
                    List.of(new NodeAddress("a", 5), new NodeAddress("b", 6)),
                    Map.of("sasl.jaas.config", "x y"),
                    "prod-",
                    CloudEventsMode.STRUCTURED,
                    Duration.ofSeconds(7),
                    Duration.ofSeconds(6))));
  }

  @Test
  void environmentNamesTheServers() {
    var environment = Map.of("EVENTING_SUPPORT", "kafka", "KAFKA_BOOTSTRAP_SERVERS", "kafka:9092");
    var settings =
        SettingsReader.read(
                new SettingSources(ConfigFactory.empty(), environment, ConfigFactory.empty()))
            .settings();
    assertThat(settings.broker().type()).isEqualTo(BrokerType.KAFKA);
    assertThat(settings.broker().kafka().bootstrapServers())
        .containsExactly(new NodeAddress("kafka", 9092));
  }

  @Test
  void kafkaNeedsServers() {
    assertThat(problems("support = kafka"))
        .containsExactly(
            "cloudstate.proxy.eventing.kafka.bootstrap-servers: \"\" from the default (expected:"
                + " something that goes with cloudstate.proxy.eventing.support, kafka)");
  }

  @Test
  void answersTakeNoLongerThanPublishing() {
    assertThat(problems("kafka { answer-timeout = 3s, publish-timeout = 2s }"))
        .singleElement()
        .asString()
        .contains("publish-timeout: 2s", "at least cloudstate.proxy.eventing.kafka.answer-timeout");
  }

  @Test
  void secretsOfThePropertiesFileAreNotShown() throws IOException {
    var file =
        Files.writeString(directory.resolve("kafka.properties"), "ssl.key.password=hush-hush\n");
    assertThat(read("kafka.properties-file = \"%s\"".formatted(file)).toString())
        .contains("ssl.key.password")
        .doesNotContain("hush-hush");
  }

  @Test
  void fileThatHoldsNoPropertiesIsNamed() throws IOException {
    var file = Files.write(directory.resolve("kafka.properties"), new byte[] {(byte) 0xff});
    assertThat(problems("kafka.properties-file = \"%s\"".formatted(file)))
        .singleElement()
        .asString()
        .contains(file.toString(), "expected: a file of Java properties in UTF-8");
  }

  private static Broker read(String eventing) {
    return SettingsReader.read(sources(eventing)).settings().broker();
  }

  private static List<String> problems(String eventing) {
    return catchThrowableOfType(InvalidSettings.class, () -> SettingsReader.read(sources(eventing)))
        .problems();
  }

  private static SettingSources sources(String eventing) {
    return new SettingSources(
        ConfigFactory.empty(),
        Map.of(),
        ConfigFactory.parseString("cloudstate.proxy.eventing { %s }".formatted(eventing)));
  }
}
