package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The section {@code data} of a {@code table} recipe: CSV with a header, JSON lines or Parquet.
 *
 * @param path a file (CSV and JSON also {@code .gz}), or a directory of them with the same columns,
 *     on any Hadoop file system; relative paths start where the command was given
 * @param format how the rows are written
 * @param delimiter the character between values of CSV
 * @param label the column to predict
 * @param task what the label is
 * @param numeric columns that hold numbers; those in none of the three lists are looked at
 * @param categorical columns that hold names, even if they look like numbers
 * @param ignore columns to leave out
 * @param missingValues what stands for a missing value, beside nothing at all
 * @param missing what to do about missing values; a missing label is dropped or an error
 * @param invalid what to do about rows of another length than the header, and rows without a label
 * @param maxCategories how many different values a categorical column may have
 * @param validationFraction the part of the rows that is kept for validation, of each class alike,
 *     above 0 and below 1
 * @param testFraction the part that is kept for the test at the end
 * @param splitSeed changes which ones
 * @param cacheDir where rows are kept as Arrow files, on a file system that all workers see
 */
public record TableDataSettings(
    String path,
    TableFormat format,
    String delimiter,
    String label,
    Task task,
    List<String> numeric,
    List<String> categorical,
    List<String> ignore,
    List<String> missingValues,
    Missing missing,
    Invalid invalid,
    int maxCategories,
    double validationFraction,
    double testFraction,
    long splitSeed,
    String cacheDir)
    implements Serializable {
  public TableDataSettings {
    Check.notBlank("data.path", path);
    Check.notBlank("data.label", label);
    if (delimiter.length() != 1) {
      throw ConfigException.value("data.delimiter", "'" + delimiter + "'", "one character");
    }
    numeric = List.copyOf(numeric);
    categorical = List.copyOf(categorical);
    ignore = List.copyOf(ignore);
    missingValues = List.copyOf(missingValues);
    Set<String> named = new HashSet<>(Set.of(label));
    once("data.numeric", numeric, named);
    once("data.categorical", categorical, named);
    once("data.ignore", ignore, named);
    Check.atLeast("data.max_categories", maxCategories, 1);
    Check.parts(validationFraction, testFraction);
    Check.notBlank("data.cache_dir", cacheDir);
  }

  private static void once(String key, List<String> names, Set<String> named) {
    for (String name : names) {
      if (!named.add(name)) {
        throw ConfigException.value(
            key, "'" + name + "'", "columns that are named once, and not the label");
      }
    }
  }

  /** What the label is. */
  public enum Task {
    /** One of several classes, named by text or number. */
    CLASSIFICATION,
    /** A quantity. */
    REGRESSION
  }

  /** What to do about missing values. */
  public enum Missing {
    /** Stop and name the first one. */
    ERROR,
    /** Put the mean of the training rows, or a category of its own. */
    FILL,
    /** Leave out the row, and count it. */
    DROP
  }
}
