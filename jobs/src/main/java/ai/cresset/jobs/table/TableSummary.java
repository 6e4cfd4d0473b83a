package ai.cresset.jobs.table;

import ai.cresset.jobs.split.SplitSummary;
import java.util.List;
import java.util.Locale;

/**
 * The account of a table.
 *
 * @param files files read
 * @param rows rows read
 * @param droppedRows rows left out because a value is missing, which {@code data.missing} asks for
 * @param skippedRows rows left out because they cannot be used, which {@code data.invalid} allows
 * @param problems what is wrong with the first of them
 * @param ignoredColumns columns left out
 * @param trainRows rows to train on
 * @param validationRows rows to validate on
 * @param testRows rows for the end
 * @param columns what the others are
 */
public record TableSummary(
    long files,
    long rows,
    long droppedRows,
    long skippedRows,
    List<String> problems,
    List<String> ignoredColumns,
    long trainRows,
    long validationRows,
    long testRows,
    TableColumns columns)
    implements SplitSummary {
  public TableSummary {
    problems = List.copyOf(problems);
    ignoredColumns = List.copyOf(ignoredColumns);
  }

  @Override
  public String describe() {
    String text =
        String.format(
            Locale.ROOT,
            "rows        %,d read, %,d used, %,d dropped (a value is missing)%n"
                + "columns     %d numeric, %d categorical, %d left out%n"
                + "label       %s: %s%n"
                + "training    %,d rows%n"
                + "validation  %,d rows%n"
                + "testing     %,d rows",
            rows,
            rows - droppedRows - skippedRows,
            droppedRows,
            columns.numeric().size(),
            columns.categorical().size(),
            ignoredColumns.size(),
            columns.label(),
            columns.classes().isEmpty()
                ? String.format(
                    Locale.ROOT,
                    "a quantity, %.4g in the mean, deviation %.4g",
                    columns.labelMean(),
                    columns.labelDeviation())
                : columns.classes().size() + " classes, " + some(columns.classes()),
            trainRows,
            validationRows,
            testRows);
    return SplitSummary.with(text, leftOut());
  }

  @Override
  public String leftOut() {
    return SplitSummary.skipped(skippedRows, problems);
  }

  private static String some(List<String> names) {
    int most = 10;
    return names.size() <= most
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, most)) + ", ...";
  }
}
