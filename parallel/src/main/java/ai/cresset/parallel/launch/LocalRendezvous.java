package ai.cresset.parallel.launch;

import ai.cresset.error.CommunicationException;
import ai.cresset.parallel.comm.Rendezvous;
import ai.cresset.parallel.comm.channel.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Ranks that are threads of one JVM meet at a shared list. */
public final class LocalRendezvous implements Rendezvous {
  private final int rank;
  private final int attempt;
  private final Table table;
  private int rounds;

  private LocalRendezvous(int rank, int attempt, Table table) {
    this.rank = rank;
    this.attempt = attempt;
    this.table = table;
  }

  /** One rendezvous for each of {@code worldSize} ranks. */
  public static List<LocalRendezvous> create(int worldSize, int attempt, Duration timeout) {
    Table table = new Table(worldSize, timeout);
    return IntStream.range(0, worldSize)
        .mapToObj(rank -> new LocalRendezvous(rank, attempt, table))
        .toList();
  }

  /** Frees all ranks that wait here, now and later. */
  public void abort(String why) {
    table.abort(why);
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int worldSize() {
    return table.worldSize;
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public List<String> exchange(String line) {
    return table.exchange(rank, rounds++, line);
  }

  /** The lines of each round. */
  private static final class Table {
    private final int worldSize;
    private final Duration timeout;
    private final List<List<@Nullable String>> rounds = new ArrayList<>();
    private @Nullable String aborted;

    Table(int worldSize, Duration timeout) {
      this.worldSize = worldSize;
      this.timeout = timeout;
    }

    synchronized void abort(String why) {
      aborted = why;
      notifyAll();
    }

    synchronized List<String> exchange(int rank, int round, String line) {
      while (rounds.size() <= round) {
        rounds.add(new ArrayList<>(Collections.nCopies(worldSize, null)));
      }
      List<@Nullable String> lines = rounds.get(round);
      lines.set(rank, line);
      notifyAll();
      Deadline deadline = Deadline.after(timeout);
      while (lines.contains(null)) {
        if (aborted != null) {
          throw CommunicationException.because("the rendezvous was called off: " + aborted);
        }
        if (deadline.isOver()) {
          throw CommunicationException.because(
              "only ranks "
                  + IntStream.range(0, worldSize).filter(i -> lines.get(i) != null).boxed().toList()
                  + " of "
                  + worldSize
                  + " came to the rendezvous within "
                  + deadline.text());
        }
        try {
          wait(Math.max(1, deadline.remainingNanos() / 1_000_000));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw CommunicationException.because("interrupted at the rendezvous", e);
        }
      }
      return lines.stream().map(String::valueOf).toList();
    }
  }
}
