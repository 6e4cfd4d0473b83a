package ai.cresset.jobs.table;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the rows to train on say about the columns. */
final class TrainingStatistics implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ColumnPlan plan;
  private final List<RunningMoments> numbers = new ArrayList<>();
  private final List<TreeSet<String>> names = new ArrayList<>();
  private final RunningMoments label = new RunningMoments();

  TrainingStatistics(ColumnPlan plan) {
    this.plan = plan;
    plan.numeric().forEach(i -> numbers.add(new RunningMoments()));
    plan.categorical().forEach(i -> names.add(new TreeSet<>()));
  }

  void add(@Nullable String[] values) {
    for (int i = 0; i < numbers.size(); i++) {
      String text = values[plan.numeric().get(i)];
      if (text != null) {
        numbers.get(i).add(Double.parseDouble(text));
      }
    }
    for (int i = 0; i < names.size(); i++) {
      String text = values[plan.categorical().get(i)];
      names.get(i).add(text == null ? "" : text);
    }
    String text = values[plan.label()];
    if (plan.classes().isEmpty() && text != null) {
      label.add(Double.parseDouble(text));
    }
  }

  /** Adds what came of later rows. */
  void add(TrainingStatistics later) {
    for (int i = 0; i < numbers.size(); i++) {
      numbers.get(i).add(later.numbers.get(i));
    }
    for (int i = 0; i < names.size(); i++) {
      names.get(i).addAll(later.names.get(i));
    }
    label.add(later.label);
  }

  /** The columns with these names. */
  TableColumns columns(List<String> header) {
    List<TableColumns.Numeric> numeric = new ArrayList<>();
    for (int i = 0; i < numbers.size(); i++) {
      RunningMoments moments = numbers.get(i);
      numeric.add(
          new TableColumns.Numeric(
              header.get(plan.numeric().get(i)), moments.mean(), moments.deviation()));
    }
    List<TableColumns.Categorical> categorical = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      categorical.add(
          new TableColumns.Categorical(
              header.get(plan.categorical().get(i)), List.copyOf(names.get(i))));
    }
    boolean quantity = plan.classes().isEmpty();
    return new TableColumns(
        header.get(plan.label()),
        plan.classes(),
        quantity ? label.mean() : 0,
        quantity ? label.deviation() : 1,
        numeric,
        categorical);
  }
}
