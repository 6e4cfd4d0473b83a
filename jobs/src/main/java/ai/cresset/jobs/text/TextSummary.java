package ai.cresset.jobs.text;

import java.util.Locale;

/**
 * The account of a text: what was read, used and left out.
 *
 * @param files files read, archives included
 * @param archives archives read
 * @param hiddenFiles files and directories passed over because their names begin with . or _
 * @param skippedFiles files of directories that {@code data.include} and {@code data.exclude} leave
 *     out
 * @param skippedEntries the same for entries of archives
 * @param documents documents read; the empty ones are counted apart
 * @param emptyDocuments documents without any text
 * @param tokens tokens read; all are in one of the two splits
 * @param trainDocuments documents with text for training
 * @param trainTokens tokens for training
 * @param validationDocuments documents with text for validation
 * @param validationTokens tokens for validation
 */
public record TextSummary(
    long files,
    long archives,
    long hiddenFiles,
    long skippedFiles,
    long skippedEntries,
    long documents,
    long emptyDocuments,
    long tokens,
    long trainDocuments,
    long trainTokens,
    long validationDocuments,
    long validationTokens) {

  /** The account for people, several lines without a newline at the end. */
  public String describe() {
    return String.format(
        Locale.ROOT,
        "files       %,d read (%,d archives); left out: %,d by name, %,d hidden%n"
            + "entries     %,d of archives left out by name%n"
            + "documents   %,d used, %,d dropped (empty)%n"
            + "tokens      %,d read, %,d used, 0 dropped%n"
            + "training    %,d tokens of %,d documents%n"
            + "validation  %,d tokens of %,d documents",
        files,
        archives,
        skippedFiles,
        hiddenFiles,
        skippedEntries,
        documents - emptyDocuments,
        emptyDocuments,
        tokens,
        trainTokens + validationTokens,
        trainTokens,
        trainDocuments,
        validationTokens,
        validationDocuments);
  }
}
