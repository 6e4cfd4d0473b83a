package ai.cresset.parallel.server;

import ai.cresset.error.ConfigException;
import java.io.Serializable;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What all servers and workers of a job agree on.
 *
 * @param tables all tables
 * @param consistency how far workers may be apart
 * @param seed of the first values of rows
 * @param memoryBytes what the rows of a server may take, with index and optimizer state
 * @param snapshots what a server stores by itself
 * @param flight how requests travel
 */
public record ServerOptions(
    List<TableSpec> tables,
    Consistency consistency,
    long seed,
    long memoryBytes,
    Snapshots snapshots,
    Flight flight)
    implements Serializable {
  public ServerOptions {
    tables = List.copyOf(tables);
    if (tables.isEmpty()) {
      throw ConfigException.value("ServerOptions.tables", tables, "at least one table");
    }
    Set<String> names = new HashSet<>();
    for (TableSpec table : tables) {
      if (!names.add(table.name())) {
        throw ConfigException.value(
            "ServerOptions.tables", "'" + table.name() + "' twice", "tables with different names");
      }
    }
    atLeast("memoryBytes", memoryBytes, 1);
  }

  /**
   * What a server stores.
   *
   * @param every steps between snapshots that servers take by themselves; 0 for none
   * @param keep how many of the newest stay: of those, and of the ones that workers ask for
   */
  public record Snapshots(long every, int keep) implements Serializable {
    public Snapshots {
      atLeast("snapshots.every", every, 0);
      atLeast("snapshots.keep", keep, 1);
    }
  }

  /**
   * How requests travel.
   *
   * @param most requests that a worker may have under way at a server; one more waits
   * @param timeout how long a request may take, waiting for slower workers included
   * @param recovery how long a lost server may take to come back
   */
  public record Flight(int most, Duration timeout, Duration recovery) implements Serializable {
    public Flight {
      atLeast("flight.most", most, 1);
      positive("flight.timeout", timeout);
      positive("flight.recovery", recovery);
    }
  }

  /** Synchronous, seed 0, no limit of memory, no snapshots, 64 requests in flight, a minute. */
  public static ServerOptions of(List<TableSpec> tables) {
    return new ServerOptions(
        tables,
        Consistency.SYNCHRONOUS,
        0,
        Long.MAX_VALUE,
        new Snapshots(0, 2),
        new Flight(64, Duration.ofMinutes(1), Duration.ofMinutes(1)));
  }

  private static void atLeast(String key, long value, long least) {
    if (value < least) {
      throw ConfigException.value("ServerOptions." + key, value, "a number of at least " + least);
    }
  }

  private static void positive(String key, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw ConfigException.value("ServerOptions." + key, value, "more than zero");
    }
  }

  public ServerOptions withConsistency(Consistency value) {
    return new ServerOptions(tables, value, seed, memoryBytes, snapshots, flight);
  }

  public ServerOptions withSeed(long value) {
    return new ServerOptions(tables, consistency, value, memoryBytes, snapshots, flight);
  }

  public ServerOptions withMemoryBytes(long value) {
    return new ServerOptions(tables, consistency, seed, value, snapshots, flight);
  }

  /** Snapshots after every {@code steps} steps of the slowest worker. */
  public ServerOptions withSnapshots(long steps, int keep) {
    Snapshots value = new Snapshots(steps, keep);
    return new ServerOptions(tables, consistency, seed, memoryBytes, value, flight);
  }

  public ServerOptions withMaxInFlight(int most) {
    Flight value = new Flight(most, flight.timeout(), flight.recovery());
    return new ServerOptions(tables, consistency, seed, memoryBytes, snapshots, value);
  }

  /** How long a request and the return of a lost server may take. */
  public ServerOptions withTimeouts(Duration request, Duration recovery) {
    Flight value = new Flight(flight.most(), request, recovery);
    return new ServerOptions(tables, consistency, seed, memoryBytes, snapshots, value);
  }

  /** The place of a table; -1 if there is none of this name. */
  int table(String name) {
    for (int i = 0; i < tables.size(); i++) {
      if (tables.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  List<String> tableNames() {
    return tables.stream().map(TableSpec::name).toList();
  }
}
