package ai.cresset.jobs.table;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.TableDataSettings;
import ai.cresset.jobs.recipe.TableDataSettings.Missing;
import ai.cresset.jobs.recipe.TableDataSettings.Task;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each column is used for.
 *
 * @param label the index of the column to predict
 * @param numeric the indexes of those that hold numbers
 * @param categorical the indexes of those that hold names
 * @param classes the labels of the classes, in order; empty for a quantity
 */
record ColumnPlan(int label, List<Integer> numeric, List<Integer> categorical, List<String> classes)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  ColumnPlan {
    numeric = List.copyOf(numeric);
    categorical = List.copyOf(categorical);
    classes = List.copyOf(classes);
  }

  /**
   * Decides by the settings, and by the values where they leave it open.
   *
   * @throws DataException that names column, row and value that do not fit
   */
  static ColumnPlan of(TableFiles files, List<ColumnProfile> profiles, TableDataSettings settings) {
    return new Decision(files, profiles, settings).plan();
  }

  /** Whether a row has all values that are needed. */
  boolean isWhole(TableRow row) {
    return row.values()[label] != null
        && numeric.stream().allMatch(i -> row.values()[i] != null)
        && categorical.stream().allMatch(i -> row.values()[i] != null);
  }

  private record Decision(
      TableFiles files, List<ColumnProfile> profiles, TableDataSettings settings) {

    ColumnPlan plan() {
      List<Integer> numeric = new ArrayList<>();
      List<Integer> categorical = new ArrayList<>();
      for (int i = 0; i < profiles.size(); i++) {
        String name = files.header().get(i);
        if (name.equals(settings.label()) || settings.ignore().contains(name)) {
          continue;
        }
        (isNumeric(name, profiles.get(i)) ? numeric : categorical).add(i);
        refuseMissing(name, profiles.get(i), settings.missing() == Missing.ERROR);
      }
      for (int i : categorical) {
        if (profiles.get(i).values().size() > settings.maxCategories()) {
          throw DataException.because(
              "column '"
                  + files.header().get(i)
                  + "' has more than "
                  + settings.maxCategories()
                  + " different values; add it to data.ignore, or raise data.max_categories");
        }
      }
      int label = files.header().indexOf(settings.label());
      return new ColumnPlan(label, numeric, categorical, classes(profiles.get(label)));
    }

    private boolean isNumeric(String name, ColumnProfile profile) {
      if (settings.categorical().contains(name)) {
        return false;
      }
      if (profile.present() == 0) {
        throw DataException.because(
            "column '" + name + "' has no values at all; add it to data.ignore");
      }
      boolean named = settings.numeric().contains(name);
      ColumnProfile.Found text = profile.firstText();
      if (text == null) {
        return true;
      }
      if (named || profile.numbers() >= profile.texts()) {
        throw DataException.because(
            "column '"
                + name
                + "': expected numbers, got '"
                + text.value()
                + "' in "
                + place(text)
                + (named
                    ? " (data.numeric names the column)"
                    : " ("
                        + profile.numbers()
                        + " of "
                        + profile.present()
                        + " values are numbers); mend it, add it to data.missing_values, or add the"
                        + " column to data.categorical"));
      }
      return false;
    }

    private void refuseMissing(String name, ColumnProfile profile, boolean refuse) {
      ColumnProfile.Found first = profile.firstMissing();
      if (refuse && first != null) {
        throw DataException.because(
            "column '"
                + name
                + "': no value in "
                + place(first)
                + "; set data.missing=fill or data.missing=drop, or mend it");
      }
    }

    private List<String> classes(ColumnProfile profile) {
      refuseMissing(settings.label(), profile, settings.missing() != Missing.DROP);
      ColumnProfile.Found text = profile.firstText();
      if (settings.task() == Task.REGRESSION) {
        if (text != null) {
          throw DataException.because(
              "data.label: expected numbers in column '"
                  + settings.label()
                  + "', because data.task is regression, got '"
                  + text.value()
                  + "' in "
                  + place(text));
        }
        return List.of();
      }
      if (profile.values().size() > settings.maxCategories()) {
        throw DataException.because(
            "data.label: column '"
                + settings.label()
                + "' has more than "
                + settings.maxCategories()
                + " different values; set data.task=regression if it is a quantity, or raise"
                + " data.max_categories");
      }
      List<String> classes = new ArrayList<>(profile.values());
      if (text == null) {
        classes.sort(Comparator.comparingDouble(Double::parseDouble));
      }
      if (classes.size() < 2) {
        throw DataException.because(
            "data.label: all rows have the same value in column '"
                + settings.label()
                + "', "
                + classes
                + "; at least two classes are needed");
      }
      return classes;
    }

    private String place(ColumnProfile.Found found) {
      return ColumnPlan.place(files, found.file(), found.row());
    }
  }

  /** Where a row is, in words. */
  static String place(TableFiles files, int file, int row) {
    return "row " + row + " of " + files.files().get(file).name();
  }

  /** The index of a row's class; 0 for a quantity. */
  int classOf(@Nullable String[] values) {
    return classes.isEmpty() ? 0 : classes.indexOf(values[label]);
  }
}
