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
 */
public record SequenceSummary(
    Vocabulary source,
    Vocabulary target,
    List<String> classes,
    int sourceLength,
    int targetLength,
    long trainRows,
    long validationRows,
    long testRows)
    implements SplitSummary, Serializable {
  private static final long serialVersionUID = 1L;

  public SequenceSummary {
    classes = List.copyOf(classes);
  }

  @Override
  public String describe() {
    return String.format(
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
  }
}
