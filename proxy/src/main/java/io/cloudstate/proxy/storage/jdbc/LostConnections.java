package io.cloudstate.proxy.storage.jdbc;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.util.Set;

/** Tells the pool which connections to throw away at once, beyond those it knows by itself. */
record LostConnections(Set<Integer> errorCodes) implements SQLExceptionOverride {

  // Within the interface "Override" is an answer, hence the long name of the annotation.
  @java.lang.Override
  public SQLExceptionOverride.Override adjudicate(SQLException failure) {
    return errorCodes.contains(failure.getErrorCode())
        ? SQLExceptionOverride.Override.MUST_EVICT
        : SQLExceptionOverride.Override.CONTINUE_EVICT;
  }
}
