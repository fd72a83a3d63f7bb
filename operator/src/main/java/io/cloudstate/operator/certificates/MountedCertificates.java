package io.cloudstate.operator.certificates;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/**
 * A certificate in files that somebody else keeps, such as cert-manager's Secret mounted. A file
 * whose counterpart has not been written yet changes nothing.
 */
public final class MountedCertificates implements CertificateSource {

  private final Path directory;
  private final ServingKeys keys;

  public MountedCertificates(Path directory, ServingKeys keys) {
    this.directory = directory;
    this.keys = keys;
  }

  @Override
  public void check() throws Unusable {
    var certificateFile = directory.resolve(Authority.CERTIFICATE);
    var keyFile = directory.resolve(Authority.KEY);
    try {
      var chain = Pem.certificates(Files.readString(certificateFile));
      var key = Pem.key(Files.readString(keyFile), chain.get(0).getPublicKey());
      if (!new Issued(key, chain.get(0)).belongsTogether()) {
        throw new Unusable(
            "%s: not the key of %s (expected: both of one certificate)"
                .formatted(keyFile, certificateFile));
      }
      keys.use(key, chain);
    } catch (IOException e) {
      throw new Unusable(
          "%s cannot be read (expected: tls.crt and tls.key as text): %s"
              .formatted(directory, e.getMessage()));
    } catch (GeneralSecurityException e) {
      throw new Unusable("%s: %s".formatted(directory, e.getMessage()));
    }
  }
}
