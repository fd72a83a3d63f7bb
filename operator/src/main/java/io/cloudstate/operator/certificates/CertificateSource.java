package io.cloudstate.operator.certificates;

/** Where the certificate to serve with comes from. */
public interface CertificateSource {

  /**
   * Looks at what is there, makes what is missing or due if that is its business, and has it used.
   * What cannot be done now throws, and what was used before stays in use.
   *
   * @throws Unusable with what is wrong and what was expected
   */
  void check() throws Unusable;

  /** There is no certificate to be had, for now. */
  final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    Unusable(String message) {
      super(message);
    }
  }
}
