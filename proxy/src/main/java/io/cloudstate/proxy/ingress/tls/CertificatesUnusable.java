package io.cloudstate.proxy.ingress.tls;

/** A file of the TLS settings cannot be read or is not what it should be; the message names it. */
public final class CertificatesUnusable extends RuntimeException {

  private static final long serialVersionUID = 1;

  CertificatesUnusable(String message, Throwable cause) {
    super(message, cause);
  }

  CertificatesUnusable(String message) {
    super(message);
  }
}
