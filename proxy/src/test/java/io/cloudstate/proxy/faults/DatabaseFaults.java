package io.cloudstate.proxy.faults;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What happens to the database. */
final class DatabaseFaults {

  private DatabaseFaults() {}

  static final class Killed extends Fault {

    Killed() {
      super(
          "database-killed",
          "kill -9 of all processes of the database, which starts again later",
          "nothing is stored or loaded until it is back");
    }

    @Override
    void happen(World world) throws Exception {
      world.database().kill();
      world.goOnFor(world.pace().trouble());
      world.database().start();
    }
  }

  static final class Slow extends Fault {

    private static final Duration DELAY = Duration.ofMillis(100);

    Slow() {
      super(
          "database-slow",
          "everything takes 100 ms longer to the database, and 100 ms back",
          "commands that store or load take longer");
    }

    @Override
    void happen(World world) throws Exception {
      world.toDatabase().delayBy(DELAY);
      world.goOnFor(world.pace().trouble());
      world.toDatabase().delayBy(Duration.ZERO);
    }
  }

  static final class OutOfConnections extends Fault {

    private static final String END_OTHERS =
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND application_name <> 'thief'
        """;

    OutOfConnections() {
      super(
          "database-out-of-connections",
          "somebody else takes all connections of the database, and gives them back later",
          "nothing is stored or loaded meanwhile");
    }

    @Override
    void happen(World world) throws Exception {
      var stolen = new ArrayList<Connection>();
      try {
        var until = System.nanoTime() + world.pace().trouble().toNanos();
        while (System.nanoTime() - until < 0) {
          stealAll(world, stolen);
          endOthers(stolen);
          world.goOnFor(Duration.ofMillis(50));
        }
      } finally {
        for (var connection : stolen) {
          connection.close();
        }
      }
    }

    private static void stealAll(World world, List<Connection> stolen) {
      try {
        while (true) {
          var connection = world.database().connect();
          connection.setClientInfo("ApplicationName", "thief");
          stolen.add(connection);
        }
      } catch (SQLException noneLeft) {
        // which is what is wanted
      }
    }

    private static void endOthers(List<Connection> stolen) throws SQLException {
      try (var statement = stolen.get(0).createStatement()) {
        statement.execute(END_OTHERS);
      }
    }
  }

  static final class FailedOver extends Fault {

    FailedOver() {
      super(
          "database-failover",
          "kill -9 of the database, which starts again elsewhere; its address leads there later",
          "nothing is stored or loaded meanwhile");
    }

    @Override
    void happen(World world) throws Exception {
      world.toDatabase().cut();
      world.database().kill();
      world.database().startElsewhere();
      world.goOnFor(world.pace().trouble());
      world.toDatabase().pointTo(world.database().port());
      world.toDatabase().heal();
    }
  }
}
