package ai.cresset.jobs.sequence;

import ai.cresset.jobs.split.SplitSummary;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * What texts and their targets are made of: learned from the rows to train on alone.
 *
 * @param source of what is read
 * @param target of what is to be written; empty for classes
 * @param classes the labels, in order; empty for texts
 * @param sourceLength tokens of each source
 * @param targetLength tokens of each target, the beginning and the end included; 1 for classes
 * @param trainRows how many rows there are to train on
 * @param validationRows to validate on
 * @param testRows for the end
 * @param skippedRows rows left out because they cannot be used, which {@code data.invalid} allows
 * @param problems what is wrong with the first of them
 */
public record SequenceSummary(
    Vocabulary source,
    Vocabulary target,
    List<String> classes,
    int sourceLength,
    int targetLength,
    long trainRows,
    long validationRows,
    long testRows,
    long skippedRows,
    List<String> problems)
    implements SplitSummary, Serializable {
  private static final long serialVersionUID = 1L;

  public SequenceSummary {
    classes = List.copyOf(classes);
    problems = List.copyOf(problems);
  }

  @Override
  public String describe() {
    String text =
        String.format(
            Locale.ROOT,
            "rows        %,d for training, %,d for validation, %,d for the test%n"
                + "tokens      %,d different ones, at most %,d of a text%n"
                + "target      %s",
            trainRows,
            validationRows,
            testRows,
            source.size(),
            sourceLength,
            classes.isEmpty()
                ? String.format(Locale.ROOT, "texts of %,d different tokens", target.size())
                : classes.size() + " classes: " + classes);
    return SplitSummary.with(text, leftOut());
  }

  @Override
  public String leftOut() {
    return SplitSummary.skipped(skippedRows, problems);
  }
}
