package io.cloudstate.proxy.eventing;

import io.cloudstate.proxy.storage.jdbc.H2Dialect;
import java.nio.file.Path;

class H2EventLogTest extends SqlEventLogContract {

  @Override
  protected Opened open(Path directory) {
    return opened(new H2Dialect(directory.resolve("data/store")));
  }
}
