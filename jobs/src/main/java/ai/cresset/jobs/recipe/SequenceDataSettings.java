package ai.cresset.jobs.recipe;

import ai.cresset.jobs.config.Check;
import java.io.Serializable;

/**
 * The section {@code data} of a {@code sequence} recipe: texts in CSV files with a header, JSON
 * lines or Parquet.
 *
 * @param path a file, a glob or a directory, on any Hadoop file system; relative paths start where
 *     the command was given
 * @param format how the rows are written
 * @param delimiter between columns of CSV
 * @param task what is predicted
 * @param input the column of texts
 * @param target the column of classes, or of texts to write
 * @param invalid what to do about rows of another form than the others, and rows without a text or
 *     a class
 * @param tokens what a token is
 * @param maxTokens of a text; longer ones are cut
 * @param minCount tokens that are rarer than that are taken for unknown
 * @param validationFraction the part of the rows for validation, above 0 and below 1
 * @param testFraction the part of the rows for the test, above 0 and below 1
 * @param splitSeed changes which ones
 * @param cacheDir where tokens are kept as Arrow files, on a file system that all workers see
 */
public record SequenceDataSettings(
    String path,
    TableFormat format,
    String delimiter,
    Task task,
    String input,
    String target,
    Invalid invalid,
    Tokens tokens,
    int maxTokens,
    int minCount,
    double validationFraction,
    double testFraction,
    long splitSeed,
    String cacheDir)
    implements Serializable {
  public SequenceDataSettings {
    Check.notBlank("data.path", path);
    Check.notBlank("data.input", input);
    Check.notBlank("data.target", target);
    Check.atLeast("data.max_tokens", maxTokens, 1);
    Check.atLeast("data.min_count", minCount, 1);
    Check.insideOne("data.validation_fraction", validationFraction);
    Check.insideOne("data.test_fraction", testFraction);
    Check.insideOne(
        "data.test_fraction", Math.max(testFraction, validationFraction + testFraction));
    Check.notBlank("data.cache_dir", cacheDir);
  }

  /** What is predicted of a text. */
  public enum Task {
    /** The class that {@code target} names. */
    CLASSIFICATION,
    /** The text of {@code target}. */
    TRANSLATION
  }

  /** What a token is. */
  public enum Tokens {
    /** What stands between white space. */
    WORD,
    /** A Unicode code point. */
    CHAR
  }
}
