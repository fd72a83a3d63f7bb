package io.cloudstate.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.read.ListAppender;
import ch.qos.logback.core.status.Status;
import ch.qos.logback.core.status.StatusUtil;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudstate.proxy.config.LogFormat;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class LogFormatTest {

  @Test
  void inJsonEachFactHasAKeyOfItsOwn() throws Exception {
    // When
    var line = line("json", log -> log.atWarn().addKeyValue("entity", "carts|a\n\"b\""));
    // Then
    var json = new ObjectMapper().readTree(line);
    assertThat(line).endsWith("}\n").doesNotContain("\n{");
    assertThat(json.get("message").asText()).isEqualTo("answer not taken");
    assertThat(json.get("entity").asText()).isEqualTo("carts|a\n\"b\"");
    assertThat(json.get("level").asText()).isEqualTo("WARN");
    assertThat(json.get("logger_name").asText()).isEqualTo("io.cloudstate.proxy.Some");
    assertThat(json.get("stack_trace").asText()).contains("IllegalStateException: why");
    assertThat(json.has("@timestamp")).isTrue();
    assertThat(json.has("level_value")).isFalse();
  }

  @Test
  void textIsForPeople() throws Exception {
    assertThat(line(null, log -> log.atWarn().addKeyValue("entity", "carts|a")))
        .contains("WARN  Some - answer not taken entity=carts|a\n")
        .contains("IllegalStateException: why");
  }

  @Test
  void onlyTheseTwoAreKnown() {
    assertThat(LogFormat.problem(Map.of())).isEmpty();
    assertThat(LogFormat.problem(Map.of("LOG_FORMAT", "json"))).isEmpty();
    assertThat(LogFormat.problem(Map.of("LOG_FORMAT", "xml")))
        .isEqualTo(Optional.of("LOG_FORMAT: xml (expected: text or json)"));
  }

  private interface Event {
    org.slf4j.spi.LoggingEventBuilder of(Logger log);
  }

  /** As the proxy's own configuration writes it. */
  private static String line(@Nullable String format, Event event) throws Exception {
    var context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    if (format != null) {
      context.putProperty("LOG_FORMAT", format);
    }
    var configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(LogFormatTest.class.getResource("/logback.xml"));
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    // of anything else Logback writes all it did to the console
    assertThat(new StatusUtil(context).getHighestLevel(0)).isEqualTo(Status.INFO);
    var appender = (ConsoleAppender<ILoggingEvent>) root.getAppender("console");
    var kept = new ListAppender<ILoggingEvent>();
    kept.start();
    root.detachAndStopAllAppenders();
    root.addAppender(kept);
    event
        .of(context.getLogger("io.cloudstate.proxy.Some"))
        .setCause(new IllegalStateException("why"))
        .log("answer not taken");
    Encoder<ILoggingEvent> encoder = appender.getEncoder();
    encoder.start();
    return new String(encoder.encode(kept.list.get(0)), UTF_8);
  }
}
