package ai.cresset.jobs.image;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.ImageDataSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * The labels of a data set as classes from 0, checked.
 *
 * @param names the label of each class, rising; empty where labels are ignored and all images are
 *     of one class
 * @param train the class of each training image
 * @param test the class of each test image
 */
record ImageClasses(List<Integer> names, int[] train, int[] test) {

  /**
   * The classes of these files.
   *
   * @throws DataException for a label outside of the classes, and for a class that occurs once
   */
  static ImageClasses of(
      ImageSource files, ImageDataSettings settings, Labels labels, Configuration configuration) {
    if (labels == Labels.IGNORED) {
      return new ImageClasses(List.of(), new int[files.count(false)], new int[files.count(true)]);
    }
    ImageSource.LabelList trainLabels = files.labels(false, configuration);
    ImageSource.LabelList testLabels = files.labels(true, configuration);
    int[] train = trainLabels.values();
    SortedMap<Integer, Integer> counts = new TreeMap<>();
    for (int label : train) {
      counts.merge(label, 1, Integer::sum);
    }
    List<Integer> names = new ArrayList<>(counts.keySet());
    if (settings.classes() > 0) {
      names.clear();
      for (int label = 0; label < settings.classes(); label++) {
        names.add(label);
      }
    }
    int[] trainClasses = classes(trainLabels, names, settings);
    int[] testClasses = classes(testLabels, names, settings);
    counts.forEach(
        (label, count) -> {
          if (count == 1) {
            throw DataException.because(
                trainLabels.name()
                    + ": the label "
                    + label
                    + " occurs once, at place "
                    + place(train, label)
                    + "; a class needs at least two images, one to train and one to validate on");
          }
        });
    if (names.size() < 2) {
      throw DataException.because(
          trainLabels.name()
              + ": all images have the label "
              + names.get(0)
              + "; at least two classes are needed");
    }
    return new ImageClasses(names, trainClasses, testClasses);
  }

  private static int place(int[] labels, int label) {
    int place = 0;
    while (labels[place] != label) {
      place++;
    }
    return place;
  }

  private static int[] classes(
      ImageSource.LabelList file, List<Integer> names, ImageDataSettings settings) {
    int[] labels = file.values();
    int[] classes = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      int found = names.indexOf(labels[i]);
      if (found < 0) {
        throw DataException.because(
            file.name()
                + ": the label at place "
                + i
                + " is "
                + labels[i]
                + ", expected "
                + (settings.classes() > 0
                    ? "0 to "
                        + (settings.classes() - 1)
                        + ", because data.classes is "
                        + settings.classes()
                    : "one of those that training images have, " + names));
      }
      classes[i] = found;
    }
    return classes;
  }

  int size() {
    return Math.max(1, names.size());
  }
}
