package io.cloudstate.proxy.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;

/**
 * An H2 database of this process that was shut down beneath those who use it, and whose file
 * somebody else holds locked, so that it cannot be opened again. {@link #giveBack} lets it go.
 */
public final class StolenDatabase {

  private static final String OPTIONS = ";IFEXISTS=TRUE;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";

  private final FileChannel file;

  private StolenDatabase(FileChannel file) {
    this.file = file;
  }

  /**
   * Takes the database away.
   *
   * @param database without its ending {@code .mv.db}
   */
  public static StolenDatabase steal(Path database) throws IOException {
    var path = Path.of(database + ".mv.db");
    var stolen =
        new StolenDatabase(
            FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
    // Those who use the database open it again at once: it is a race, repeated until it is won.
    await()
        .atMost(Duration.ofSeconds(30))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> stolen.tryToSteal(database));
    return stolen;
  }

  private boolean tryToSteal(Path database) throws IOException {
    shutDown(database);
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException stillOpen) {
      return false;
    }
  }

  private static void shutDown(Path database) {
    try (var connection = DriverManager.getConnection("jdbc:h2:file:" + database + OPTIONS);
        var statement = connection.createStatement()) {
      statement.execute("SHUTDOWN IMMEDIATELY");
    } catch (SQLException e) {
      // it was just going down
    }
  }

  /** Whoever tries next can open it again. */
  public void giveBack() throws IOException {
    file.close();
  }
}
