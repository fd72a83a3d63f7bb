package io.cloudstate.proxy.testing;

import static org.awaitility.Awaitility.await;

import io.cloudstate.testing.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker of its own, in a process that can be killed and started again on the same port and
 * data. It makes topics that are asked for, with four partitions.
 */
public final class KafkaServer implements AutoCloseable {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(90);

  private static final String LOGGING =
      """
      <configuration>
        <appender name="STDOUT" class="ch.qos.logback.core.ConsoleAppender">
          <encoder><pattern>%d %-5level %logger{0} %msg%n</pattern></encoder>
        </appender>
        <root level="WARN"><appender-ref ref="STDOUT"/></root>
      </configuration>
      """;

  private final Path directory;
  private final int port = FreePort.find();
  private final int controllerPort = FreePort.find();
  private @Nullable Process process;

  private KafkaServer(Path directory) {
    this.directory = directory;
  }

  /**
   * A broker that answers.
   *
   * @param directory for its data and its log
   */
  public static KafkaServer start(Path directory) {
    var server = new KafkaServer(directory);
    server.start();
    return server;
  }

  public String address() {
    return "127.0.0.1:" + port;
  }

  /** Starts it, for the first time or again, and waits until it answers. */
  public void start() {
    process = launch();
    await()
        .atMost(START_TIMEOUT)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> answers() || !running().isAlive());
    if (!running().isAlive()) {
      throw new AssertionError("Kafka has ended:\n" + log());
    }
  }

  private Process launch() {
    try {
      Files.createDirectories(directory);
      var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      return new ProcessBuilder(
              java,
              "-Xmx256m",
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "-Dlogback.configurationFile="
                  + Files.writeString(directory.resolve("logback.xml"), LOGGING),
              "-cp",
              System.getProperty("java.class.path"),
              KafkaServerMain.class.getName(),
              Files.writeString(directory.resolve("server.properties"), properties()).toString())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void createTopic(String topic, int partitions) {
    try (var admin = admin()) {
      admin
          .createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(topic, e);
    }
  }

  /** Everything that is in a topic now; per partition in order. */
  public List<ConsumerRecord<String, byte[]>> readAll(String topic) {
    var properties =
        Map.<String, Object>of("bootstrap.servers", address(), "auto.offset.reset", "earliest");
    try (var consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
      var partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      var ends = consumer.endOffsets(partitions);
      var all = new ArrayList<ConsumerRecord<String, byte[]>>();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofSeconds(1)).forEach(all::add);
      }
      return all;
    }
  }

  /** {@code kill -9}; returns when the process is gone. */
  public void kill() throws InterruptedException {
    running().destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private boolean answers() {
    try (var admin = admin()) {
      return !admin.describeCluster().nodes().get(3, TimeUnit.SECONDS).isEmpty();
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Admin admin() {
    return Admin.create(
        Map.of(
            "bootstrap.servers", address(),
            "request.timeout.ms", "2000",
            "default.api.timeout.ms", "20000"));
  }

  /** Started again after a kill it waits for the end of its own former session. */
  private String properties() {
    return """
    process.roles=broker,controller
    node.id=1
    listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
    advertised.listeners=PLAINTEXT://127.0.0.1:%d
    controller.listener.names=CONTROLLER
    controller.quorum.voters=1@127.0.0.1:%d
    log.dirs=%s
    num.partitions=4
    offsets.topic.num.partitions=4
    offsets.topic.replication.factor=1
    transaction.state.log.replication.factor=1
    transaction.state.log.min.isr=1
    group.initial.rebalance.delay.ms=0
    group.min.session.timeout.ms=1000
    group.coordinator.rebalance.protocols=classic,consumer
    auto.create.topics.enable=true
    controlled.shutdown.enable=false
    broker.session.timeout.ms=3000
    broker.heartbeat.interval.ms=500
    num.network.threads=2
    num.io.threads=2
    background.threads=2
    num.replica.fetchers=1
    log.cleaner.enable=false
    """
        .formatted(port, controllerPort, port, controllerPort, directory.resolve("data"));
  }

  private Path logFile() {
    return directory.resolve("kafka.log");
  }

  private String log() {
    try {
      return Files.readString(logFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process running() {
    if (process == null) {
      throw new IllegalStateException("not started");
    }
    return process;
  }
}
