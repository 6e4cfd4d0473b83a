package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The section {@code data} of a {@code series} recipe: rows of one or of many time series.
 *
 * @param path a file, a glob or a directory, on any Hadoop file system; relative paths start where
 *     the command was given
 * @param format of the files
 * @param delimiter between columns of CSV
 * @param time the column of times: dates with or without time of day, or whole numbers
 * @param step between times, such as {@code 15m}, {@code 1h} or {@code 1d}; a plain number where
 *     times are numbers
 * @param series the column that says which series a row is of; empty if there is one series alone
 * @param targets the columns to forecast
 * @param known columns whose values are known ahead
 * @param calendar what of the date the model is told
 * @param context steps that a forecast is made from
 * @param horizon steps that are forecast
 * @param stride steps between windows
 * @param season steps after which values come again; what the seasonal naive forecast repeats
 * @param gaps what to do about steps without a row
 * @param invalid what to do about rows without time or value, rows that come twice, and rows out of
 *     order
 * @param validationFraction the part of the time, before that of the test, that is kept for
 *     validation, above 0 and below 1
 * @param testFraction the last part of the time, kept for the test
 * @param cacheDir where windows are kept as Arrow files, on a file system that all workers see
 */
public record SeriesDataSettings(
    String path,
    Format format,
    String delimiter,
    String time,
    String step,
    String series,
    List<String> targets,
    List<String> known,
    List<Calendar> calendar,
    int context,
    int horizon,
    int stride,
    int season,
    Gaps gaps,
    Invalid invalid,
    double validationFraction,
    double testFraction,
    String cacheDir)
    implements Serializable {
  private static final Pattern STEP = Pattern.compile("[1-9][0-9]{0,8}[smhd]?");

  public SeriesDataSettings {
    Check.notBlank("data.path", path);
    Check.notBlank("data.time", time);
    if (!STEP.matcher(step).matches()) {
      throw ConfigException.value(
          "data.step",
          "'" + step + "'",
          "a number of s, m, h or d, such as 15m, or a plain number");
    }
    targets = List.copyOf(targets);
    known = List.copyOf(known);
    calendar = List.copyOf(calendar);
    if (targets.isEmpty()) {
      throw ConfigException.value("data.targets", targets, "at least one column");
    }
    Set<String> named = new HashSet<>(Set.of(time));
    if (!series.isEmpty()) {
      once("data.series", List.of(series), named);
    }
    once("data.targets", targets, named);
    once("data.known", known, named);
    if (new HashSet<>(calendar).size() < calendar.size()) {
      throw ConfigException.value("data.calendar", calendar, "each part once");
    }
    if (!calendar.isEmpty() && Character.isDigit(step.charAt(step.length() - 1))) {
      throw ConfigException.value(
          "data.calendar",
          calendar.toString().toLowerCase(Locale.ROOT),
          "[], because data.step is " + step + ": times are no dates");
    }
    Check.atLeast("data.context", context, 1);
    Check.atLeast("data.horizon", horizon, 1);
    Check.atLeast("data.stride", stride, 1);
    Check.atLeast("data.season", season, 1);
    if (season > context) {
      throw ConfigException.value(
          "data.season", season, "at most data.context, which is " + context);
    }
    Check.parts(validationFraction, testFraction);
    Check.notBlank("data.cache_dir", cacheDir);
  }

  private static void once(String key, List<String> names, Set<String> named) {
    for (String name : names) {
      if (!named.add(name)) {
        throw ConfigException.value(key, "'" + name + "'", "columns that are named once in data");
      }
    }
  }

  /** Formats of files. */
  public enum Format {
    /** With a header. */
    CSV,
    /** Parquet. */
    PARQUET,
    /** An object a line. */
    JSON
  }

  /** Circles that a date moves on. */
  public enum Calendar {
    /** The time of day. */
    DAY,
    /** The time of the week. */
    WEEK,
    /** The time of the year. */
    YEAR
  }

  /** What to do about steps without a row. */
  public enum Gaps {
    /** Stop and name the first one. */
    ERROR,
    /** Take what was there before, and count. */
    FILL,
    /** Make no windows across them, and count. */
    SPLIT
  }
}
