package io.cloudstate.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.cloudstate.proxy.config.ProxySettings.StoreType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads what a process really starts with, so it sets system properties and takes them back. */
class SettingSourcesTest {

  private final Map<String, String> before = new HashMap<>();

  @AfterEach
  void takeBackSystemProperties() {
    before.forEach(
        (key, value) -> {
          if (value.isEmpty()) {
            System.clearProperty(key);
          } else {
            System.setProperty(key, value);
          }
        });
    ConfigFactory.invalidateCaches();
  }

  @ParameterizedTest
  @CsvSource({
    "in-memory.conf, IN_MEMORY, false",
    "dev-mode.conf, IN_MEMORY, true",
    "no-store.conf, NONE, false"
  })
  void presetIsChosenByName(String preset, StoreType store, boolean devMode) {
    // Given
    set("config.resource", preset);
    // When
    var loaded = SettingsReader.read(ofThisProcess(Map.of()));
    // Then
    assertThat(loaded.settings().store().type()).isEqualTo(store);
    assertThat(loaded.settings().devMode()).isEqualTo(devMode);
    assertThat(loaded.warnings()).isEmpty();
  }

  @Test
  void systemPropertyWinsOverTheEnvironmentAndThatOverThePreset() {
    // Given
    set("config.resource", "in-memory.conf");
    set("cloudstate.proxy.http-port", "1");
    // When
    var sources = ofThisProcess(Map.of("HTTP_PORT", "2", "CLOUDSTATE_STORE", "none"));
    // Then
    var settings = SettingsReader.read(sources).settings();
    assertThat(settings.serving().port()).isEqualTo(1);
    assertThat(settings.store().type()).isEqualTo(StoreType.NONE);
  }

  @Test
  void problemNamesFileAndLineOrSystemProperties(@TempDir Path directory) throws IOException {
    // Given
    var file = directory.resolve("proxy.conf");
    Files.writeString(file, "# a comment\ncloudstate.proxy.http-port = none\n");
    set("config.file", file.toString());
    set("cloudstate.proxy.relay-timeout", "0s");
    // Then
    assertThatThrownBy(() -> SettingsReader.read(ofThisProcess(Map.of())))
        .hasMessageContaining("http-port: none from " + file + ": 2 (expected: ")
        .hasMessageContaining("relay-timeout: 0s from system properties (expected: ");
  }

  @Test
  void fileThatIsNotThereStopsTheStart() {
    // Given
    set("config.resource", "nowhere.conf");
    // Then
    assertThatThrownBy(SettingSources::ofThisProcess)
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("nowhere.conf");
  }

  @Test
  void keysOfOthersAreThereForTheActorSystem() {
    assertThat(SettingSources.ofThisProcess().config().hasPath("akka.actor.provider")).isTrue();
  }

  @Test
  void secretsOfTheEnvironmentAreNotShown() {
    assertThat(ofThisProcess(Map.of("TOKEN", "hunter2")).toString()).doesNotContain("hunter2");
  }

  private void set(String key, String value) {
    before.putIfAbsent(key, System.getProperty(key, ""));
    System.setProperty(key, value);
  }

  /** With another environment, since that of the build is anybody's guess. */
  private static SettingSources ofThisProcess(Map<String, String> environment) {
    var sources = SettingSources.ofThisProcess();
    return new SettingSources(sources.systemProperties(), environment, sources.files());
  }
}
