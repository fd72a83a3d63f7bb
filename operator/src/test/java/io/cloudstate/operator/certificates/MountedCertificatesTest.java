package io.cloudstate.operator.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudstate.operator.certificates.CertificateSource.Unusable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountedCertificatesTest {

  private final Path directory;

  private final TestCertificates authority = new TestCertificates();
  private final ServingKeys keys = new ServingKeys();

  MountedCertificatesTest(@TempDir Path directory) {
    this.directory = directory;
  }

  private void write(Issued certificate, Issued key) throws IOException {
    Files.writeString(directory.resolve("tls.crt"), Pem.of(List.of(certificate.certificate())));
    Files.writeString(directory.resolve("tls.key"), Pem.of(key.key()));
  }

  @Test
  void filesAreUsedAndReadAgainWhenTheyChange() throws Exception {
    // Given
    var source = new MountedCertificates(directory, keys);
    var first = authority.localhost();
    write(first, first);
    source.check();
    var validUntil = keys.validUntil();
    assertThat(validUntil).contains(first.certificate().getNotAfter().toInstant());
    // When
    var second =
        Issued.authority(first.certificate().getNotBefore().toInstant(), Duration.ofDays(2));
    write(second, second);
    source.check();
    // Then
    assertThat(keys.validUntil()).contains(second.certificate().getNotAfter().toInstant());
  }

  @Test
  void aCertificateWhoseKeyIsNotThereYetChangesNothing() throws Exception {
    // Given
    var source = new MountedCertificates(directory, keys);
    var first = authority.localhost();
    write(first, first);
    source.check();
    // When
    write(
        Issued.authority(first.certificate().getNotBefore().toInstant(), Duration.ofDays(2)),
        first);
    // Then
    assertThatThrownBy(source::check)
        .isInstanceOf(Unusable.class)
        .hasMessage(
            "%s: not the key of %s (expected: both of one certificate)",
            directory.resolve("tls.key"), directory.resolve("tls.crt"));
    assertThat(keys.validUntil()).contains(first.certificate().getNotAfter().toInstant());
  }

  @Test
  void missingFilesAreNamed() {
    assertThatThrownBy(() -> new MountedCertificates(directory, keys).check())
        .isInstanceOf(Unusable.class)
        .hasMessageStartingWith(
            directory + " cannot be read (expected: tls.crt and tls.key as text)");
    assertThat(keys.validUntil()).isEmpty();
  }
}
