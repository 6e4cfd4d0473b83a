package ai.cresset.jobs.split;

import ai.cresset.error.DataException;
import ai.cresset.jobs.split.ClassSplit.Part;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What each file of a listing is for. Those that cannot be used are for nothing. */
public final class FileSplit implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final byte SKIPPED = -1;

  private final byte[] uses;

  private FileSplit(byte[] uses) {
    this.uses = uses;
  }

  /**
   * How files are divided.
   *
   * @param validation the part for validation, in [0, 1)
   * @param test the part for the test, in [0, 1), where no folder is for it
   * @param testFolder whether there is such a folder
   * @param seed decides which
   * @param noun what errors call the content of a file
   */
  public record Wish(double validation, double test, boolean testFolder, long seed, String noun) {}

  /**
   * Divides files.
   *
   * @param classes the names of the classes; an empty one alone where files have none
   * @param usable the places of the files that can be used
   * @throws DataException if a class or a part has too few
   */
  public static FileSplit of(
      List<LabelledFile> files, List<String> classes, List<Integer> usable, Wish wish) {
    byte[] uses = new byte[files.size()];
    Arrays.fill(uses, SKIPPED);
    List<Integer> divided = new ArrayList<>();
    for (int place : usable) {
      if (files.get(place).test()) {
        uses[place] = (byte) Part.TEST.ordinal();
      } else {
        divided.add(place);
      }
    }
    int[] labels = divided.stream().mapToInt(place -> files.get(place).label()).toArray();
    checkCounts(classes, labels, wish.noun());
    ClassSplit split =
        ClassSplit.of(labels, wish.seed(), wish.validation(), wish.testFolder() ? 0 : wish.test());
    for (int i = 0; i < labels.length; i++) {
      uses[divided.get(i)] = (byte) split.part(i).ordinal();
    }
    FileSplit made = new FileSplit(uses);
    for (Part part : Part.values()) {
      if (made.count(part) == 0) {
        throw DataException.because(
            "data.path: "
                + usable.size()
                + " "
                + wish.noun()
                + "s are too few for training, validation and test with"
                + " data.validation_fraction "
                + wish.validation()
                + " and data.test_fraction "
                + wish.test()
                + "; give more "
                + wish.noun()
                + "s");
      }
    }
    return made;
  }

  private static void checkCounts(List<String> classes, int[] labels, String noun) {
    int[] counts = new int[classes.size()];
    for (int label : labels) {
      counts[label]++;
    }
    for (int label = 0; label < counts.length; label++) {
      if (counts[label] < 2) {
        String name = classes.get(label);
        throw DataException.because(
            "data.path: "
                + (name.isEmpty() ? "the directory" : "the class '" + name + "'")
                + " has "
                + (counts[label] == 0 ? "no " : "one ")
                + noun
                + " that can be used to train; "
                + (name.isEmpty() ? "there must be" : "a class needs")
                + " at least two");
      }
    }
  }

  /** Whether the file at a place is of a part. */
  public boolean isOf(Part part, int place) {
    return uses[place] == part.ordinal();
  }

  /** How many files a part has. */
  public int count(Part part) {
    int count = 0;
    for (byte each : uses) {
      count += each == part.ordinal() ? 1 : 0;
    }
    return count;
  }
}
