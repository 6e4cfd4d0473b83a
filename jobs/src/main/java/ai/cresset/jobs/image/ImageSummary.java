package ai.cresset.jobs.image;

import ai.cresset.jobs.split.SplitSummary;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * The account of a data set of images, and what turns them into a model's inputs.
 *
 * @param channels of an image
 * @param height of an image
 * @param width of an image
 * @param classes the label or the folder of each class; an empty one alone where images have none
 * @param classImages images of each class to train on
 * @param trainImages images to train on
 * @param validationImages images to validate on
 * @param testImages images for the end
 * @param means of the elements of each channel, over the images to train on, from 0 to 255
 * @param deviations standard deviations of the same; 1 where all are equal
 * @param skippedImages files left out because they cannot be used, which {@code data.invalid}
 *     allows
 * @param problems what is wrong with the first of them
 */
public record ImageSummary(
    int channels,
    int height,
    int width,
    List<String> classes,
    List<Long> classImages,
    long trainImages,
    long validationImages,
    long testImages,
    List<Double> means,
    List<Double> deviations,
    long skippedImages,
    List<String> problems)
    implements SplitSummary, Serializable {
  private static final long serialVersionUID = 1L;

  public ImageSummary {
    classes = List.copyOf(classes);
    classImages = List.copyOf(classImages);
    means = List.copyOf(means);
    deviations = List.copyOf(deviations);
    problems = List.copyOf(problems);
  }

  /** Whether images have classes. */
  public boolean hasLabels() {
    return !classes.equals(List.of(""));
  }

  /** Elements of an image. */
  public int elements() {
    return channels * height * width;
  }

  @Override
  public String describe() {
    String text =
        String.format(
            Locale.ROOT,
            "images      %,d read, %,d used, %,d dropped; %d x %d with %d %s%n"
                + "%s"
                + "training    %,d images%n"
                + "validation  %,d images%n"
                + "testing     %,d images",
            trainImages + validationImages + testImages + skippedImages,
            trainImages + validationImages + testImages,
            skippedImages,
            height,
            width,
            channels,
            channels == 1 ? "channel" : "channels",
            hasLabels()
                ? String.format(Locale.ROOT, "classes     %d: %s%n", classes.size(), classes)
                : "",
            trainImages,
            validationImages,
            testImages);
    return SplitSummary.with(text, leftOut());
  }

  @Override
  public String leftOut() {
    return SplitSummary.skipped(skippedImages, problems);
  }
}
