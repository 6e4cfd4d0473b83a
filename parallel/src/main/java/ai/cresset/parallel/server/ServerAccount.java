package ai.cresset.parallel.server;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a server holds and has done.
 *
 * @param server which one
 * @param tables names
 * @param rows of each table
 * @param bytes of each table, with optimizer state and index
 * @param pulledRows rows sent to workers
 * @param pushedRows gradients of rows received
 * @param madeRows rows made on first use
 * @param evictedRows rows removed
 * @param repeated changes that came again and were not done twice
 * @param worstStaleness the most steps that a reader was ahead of the slowest worker
 * @param snapshotStep the newest snapshot; -1 for none
 */
public record ServerAccount(
    int server,
    List<String> tables,
    List<Long> rows,
    List<Long> bytes,
    long pulledRows,
    long pushedRows,
    long madeRows,
    long evictedRows,
    long repeated,
    long worstStaleness,
    long snapshotStep)
    implements Serializable {
  private static final int TOTALS = 8;

  public ServerAccount {
    tables = List.copyOf(tables);
    rows = List.copyOf(rows);
    bytes = List.copyOf(bytes);
  }

  /** Bytes of all tables. */
  public long totalBytes() {
    return bytes.stream().mapToLong(Long::longValue).sum();
  }

  /** Rows of all tables. */
  public long totalRows() {
    return rows.stream().mapToLong(Long::longValue).sum();
  }

  long[] figures() {
    long[] figures = new long[TOTALS + 2 * rows.size()];
    long[] totals = {
      server, pulledRows, pushedRows, madeRows, evictedRows, repeated, worstStaleness, snapshotStep
    };
    System.arraycopy(totals, 0, figures, 0, TOTALS);
    for (int i = 0; i < rows.size(); i++) {
      figures[TOTALS + 2 * i] = rows.get(i);
      figures[TOTALS + 2 * i + 1] = bytes.get(i);
    }
    return figures;
  }

  static ServerAccount of(List<String> tables, long[] figures) {
    List<Long> rows = new ArrayList<>();
    List<Long> bytes = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      rows.add(figures[TOTALS + 2 * i]);
      bytes.add(figures[TOTALS + 2 * i + 1]);
    }
    return new ServerAccount(
        (int) figures[0],
        tables,
        rows,
        bytes,
        figures[1],
        figures[2],
        figures[3],
        figures[4],
        figures[5],
        figures[6],
        figures[7]);
  }

  /** One line for people. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "server %d: %,d rows, %.1f MB (",
            server,
            totalRows(),
            totalBytes() * 1e-6));
    for (int i = 0; i < tables.size(); i++) {
      text.append(
          String.format(
              Locale.ROOT, "%s%s %,d", i == 0 ? "" : ", ", tables.get(i), rows.get(i)));
    }
    return text.append(
            String.format(
                Locale.ROOT,
                "), %,d rows pulled, %,d pushed, at most %d steps stale",
                pulledRows,
                pushedRows,
                worstStaleness))
        .toString();
  }
}
