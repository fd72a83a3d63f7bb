package io.cloudstate.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class KnownSettingsTest {

  @Test
  void everyDefaultIsAValueOfItsType() {
    assertThat(KnownSettings.all())
        .isNotEmpty()
        .allSatisfy(setting -> assertThat(setting.type().parse(setting.defaultText())).isPresent());
  }

  @Test
  void namesAndEnvironmentVariablesAreUnique() {
    assertThat(KnownSettings.all()).extracting(Setting::name).doesNotHaveDuplicates();
    assertThat(KnownSettings.all())
        .extracting(Setting::environmentVariable)
        .filteredOn(Objects::nonNull)
        .doesNotHaveDuplicates();
  }

  @Test
  void noSettingIsAlsoAKeyThatOnlyWarns() {
    assertThat(KnownSettings.all())
        .allSatisfy(setting -> assertThat(ReferenceKey.matching(setting.name())).isEmpty());
  }

  @Test
  void everyMeaningIsASentenceThatFitsATable() {
    assertThat(KnownSettings.all())
        .extracting(Setting::meaning)
        .allSatisfy(meaning -> assertThat(meaning).endsWith(".").doesNotContain("|", "\n"));
  }
}
