package io.cloudstate.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.proxy.config.ProxySettings.StoreType;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTypeTest {

  @Test
  void flagIsTrueOrFalse() {
    assertThat(SettingType.flag().parse("true")).contains(true);
    assertThat(SettingType.flag().parse("false")).contains(false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "maybe", "1", "truee"})
  void flagIsNothingElse(String text) {
    assertThat(SettingType.flag().parse(text)).isEmpty();
  }

  @Test
  void textIsNotEmpty() {
    assertThat(SettingType.text().parse("localhost")).contains("localhost");
    assertThat(SettingType.text().parse(" ")).isEmpty();
  }

  @Test
  void wholeNumberIsBoundedFromBelow() {
    assertThat(SettingType.atLeast(1).parse("1")).contains(1);
    assertThat(SettingType.atLeast(1).parse("2147483647")).contains(Integer.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "1.5", "2147483648", "many", "10s"})
  void wholeNumberIsNothingElse(String text) {
    assertThat(SettingType.atLeast(1).parse(text)).isEmpty();
  }

  @Test
  void portIsAnyThatExists() {
    assertThat(SettingType.port(0).parse("0")).contains(0);
    assertThat(SettingType.port(1).parse("65535")).contains(65535);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "65536", "http", "tcp://10.0.0.1:80"})
  void portIsNothingElse(String text) {
    assertThat(SettingType.port(1).parse(text)).isEmpty();
  }

  @Test
  void numberMayHaveFractions() {
    assertThat(SettingType.number(0, 100).parse("0.2")).contains(0.2);
    assertThat(SettingType.number(0, 100).parse("0")).contains(0.0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-0.1", "100.1", "NaN", "Infinity", "1e999", "1d", "20%"})
  void numberIsFiniteAndInItsRange(String text) {
    assertThat(SettingType.number(0, 100).parse(text)).isEmpty();
  }

  @Test
  void sizeHasUnitsOfHocon() {
    assertThat(SettingType.size().parse("4M")).contains(4 * 1024 * 1024);
    assertThat(SettingType.size().parse("1kB")).contains(1000);
    assertThat(SettingType.size().parse("2147483647")).contains(Integer.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "-4M", "2G", "99999999999999999999", "4X", "big"})
  void sizeFitsAnArray(String text) {
    assertThat(SettingType.size().parse(text)).isEmpty();
  }

  @Test
  void durationHasUnitsOfHocon() {
    assertThat(SettingType.duration().parse("30s")).contains(Duration.ofSeconds(30));
    assertThat(SettingType.duration().parse("250")).contains(Duration.ofMillis(250));
    assertThat(SettingType.duration().parse("0s")).contains(Duration.ZERO);
    assertThat(SettingType.duration().parse("100 days")).contains(Duration.ofDays(100));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1s", "101d", "99999999999999999999s", "soon", "5 parsecs"})
  void durationIsOneThatCanBeScheduled(String text) {
    assertThat(SettingType.duration().parse(text)).isEmpty();
    assertThat(SettingType.positiveDuration().parse(text)).isEmpty();
  }

  @Test
  void positiveDurationIsNotZero() {
    assertThat(SettingType.positiveDuration().parse("1ms")).contains(Duration.ofMillis(1));
    assertThat(SettingType.positiveDuration().parse("0s")).isEmpty();
  }

  @Test
  void fileIsAPathThatFitsIntoAUrl() {
    assertThat(SettingType.file().parse("./data/db")).contains(Path.of("./data/db"));
    assertThat(SettingType.file().parse("")).isEmpty();
    assertThat(SettingType.file().parse("db;INIT=RUNSCRIPT FROM 'x'")).isEmpty();
    assertThat(SettingType.file().parse("a\0b")).isEmpty();
  }

  @Test
  void choiceIsWrittenInSmallLetters() {
    var store = SettingType.oneOf(StoreType.class);
    assertThat(store.parse("in-memory")).contains(StoreType.IN_MEMORY);
    assertThat(store.parse("IN_MEMORY")).isEmpty();
    assertThat(store.parse("cassandra")).isEmpty();
    assertThat(store.expected()).isEqualTo("one of none, in-memory, h2, postgres");
  }

  @Test
  void spaceAroundAValueIsNotPartOfIt() {
    assertThat(SettingType.port(0).parse(" 9000 ")).contains(9000);
  }

  @Test
  void secretIsNotShown() {
    var found = new FoundValue.Text("hunter2", "the default");
    assertThat(found.shownAs(SettingType.secret())).isEqualTo("<hidden>");
    assertThat(found.as(SettingType.secret())).contains("hunter2");
  }
}
