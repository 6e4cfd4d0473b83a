package ai.cresset.parallel.server;

import ai.cresset.error.ConfigException;
import java.io.Serializable;

/**
 * A table of rows of one width.
 *
 * @param name unique among the tables of a job
 * @param kind whether all rows exist from the start
 * @param ids rows are numbered from 0 to below this
 * @param width numbers of a row
 * @param initializer the first values of a row
 * @param optimizer what is done with gradients
 * @param range which server holds which rows
 */
public record TableSpec(
    String name,
    Kind kind,
    long ids,
    int width,
    RowInitializer initializer,
    RowOptimizer optimizer,
    KeyRange range)
    implements Serializable {
  /** When rows come to be. */
  public enum Kind {
    /** When they are first used. */
    SPARSE,
    /** All at the start; pulled and pushed as a whole. */
    DENSE
  }

  public TableSpec {
    if (name.isBlank()) {
      throw ConfigException.value("TableSpec.name", "'" + name + "'", "a name");
    }
    if (ids < 1) {
      throw ConfigException.value("TableSpec.ids", ids, "a number of at least 1");
    }
    if (width < 1 || width > 1 << 14) {
      throw ConfigException.value("TableSpec.width", width, "a number from 1 to " + (1 << 14));
    }
    if (kind == Kind.DENSE && (range != KeyRange.CONTIGUOUS || ids > 1 << 26)) {
      throw ConfigException.because(
          "TableSpec '"
              + name
              + "': a dense table has contiguous ranges and at most "
              + (1 << 26)
              + " rows, got "
              + range
              + " and "
              + ids
              + "; make it sparse");
    }
  }

  /** Rows that are made on first use, held by a hash of their id. */
  public static TableSpec sparse(
      String name, long ids, int width, RowInitializer initializer, RowOptimizer optimizer) {
    return new TableSpec(name, Kind.SPARSE, ids, width, initializer, optimizer, KeyRange.HASHED);
  }

  /** Rows that all exist. */
  public static TableSpec dense(
      String name, long rows, int width, RowInitializer initializer, RowOptimizer optimizer) {
    return new TableSpec(
        name, Kind.DENSE, rows, width, initializer, optimizer, KeyRange.CONTIGUOUS);
  }

  public TableSpec withRange(KeyRange how) {
    return new TableSpec(name, kind, ids, width, initializer, optimizer, how);
  }

  /** Floats of a row with the state of its optimizer. */
  int stride() {
    return width + optimizer.stateFloats(width);
  }
}
