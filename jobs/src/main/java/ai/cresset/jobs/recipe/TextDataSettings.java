package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import java.io.Serializable;
import java.util.List;

/**
 * The section {@code data} of a {@code gpt} recipe: text.
 *
 * @param path a UTF-8 file, a directory (read with all below it), an archive (.jar or .zip) or a
 *     glob, on any Hadoop file system; relative paths start where the command was given
 * @param include file name patterns such as {@code *.scala}: which files of directories and entries
 *     of archives are read. A file named by {@code path} itself is always read
 * @param exclude file name patterns of what is left out again, such as generated sources; may be
 *     empty
 * @param split how validation text is chosen
 * @param splitSeed changes which documents {@code split: document} chooses
 * @param validationFraction the part of the text that is kept for validation, above 0 and below 1
 * @param tokenizer what a token is
 * @param maxEntries how many entries an archive may have
 * @param maxEntryBytes how many bytes an entry may unpack to
 * @param cacheDir where the tokens are kept as Arrow files, on a file system that all workers see
 */
public record TextDataSettings(
    String path,
    List<String> include,
    List<String> exclude,
    Split split,
    long splitSeed,
    double validationFraction,
    TokenizerKind tokenizer,
    int maxEntries,
    long maxEntryBytes,
    String cacheDir)
    implements Serializable {
  public TextDataSettings {
    Check.notBlank("data.path", path);
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
    if (include.isEmpty()) {
      throw ConfigException.value("data.include", "[]", "at least one pattern, such as ['*']");
    }
    for (String pattern : include) {
      Check.notBlank("data.include", pattern);
    }
    Check.insideOne("data.validation_fraction", validationFraction);
    for (String pattern : exclude) {
      Check.notBlank("data.exclude", pattern);
    }
    Check.atLeast("data.max_entries", maxEntries, 1);
    Check.atLeast("data.max_entry_bytes", maxEntryBytes, 1);
    Check.notBlank("data.cache_dir", cacheDir);
  }

  /** How validation text is chosen. */
  public enum Split {
    /** Whole documents, by a seeded hash of their names. */
    DOCUMENT,
    /** The last part of the whole text; one document may be cut. */
    POSITION
  }

  /** What a token is. */
  public enum TokenizerKind {
    /** A Unicode code point; the vocabulary is what occurs in the text. */
    CHAR,
    /** A byte of the UTF-8 text: 256 tokens. */
    BYTE
  }
}
