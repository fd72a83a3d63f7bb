package io.cloudstate.proxy.discovery;

import java.util.List;

/** What came of reading a spec. */
sealed interface SpecResult {

  /**
   * The spec can be served.
   *
   * @param warnings for the log; the function is not told
   * @param oddities what its author hardly meant; the function is told
   */
  record Valid(ServiceCatalog catalog, List<String> warnings, List<String> oddities)
      implements SpecResult {
    public Valid {
      warnings = List.copyOf(warnings);
      oddities = List.copyOf(oddities);
    }
  }

  /**
   * The user function's author has to change something first.
   *
   * @param mistakes at least one; all that were found: version, then descriptors, then entities
   */
  record Invalid(List<String> mistakes) implements SpecResult {
    public Invalid {
      mistakes = List.copyOf(mistakes);
    }
  }
}
