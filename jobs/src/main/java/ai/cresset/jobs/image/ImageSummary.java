package ai.cresset.jobs.image;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * The account of a data set of images, and what turns them into a model's inputs.
 *
 * @param channels of an image
 * @param height of an image
 * @param width of an image
 * @param classes the label of each class, rising
 * @param trainImages images to train on
 * @param validationImages images to validate on
 * @param testImages images for the end
 * @param means of the elements of each channel, over the images to train on, from 0 to 255
 * @param deviations standard deviations of the same; 1 where all are equal
 */
public record ImageSummary(
    int channels,
    int height,
    int width,
    List<Integer> classes,
    long trainImages,
    long validationImages,
    long testImages,
    List<Double> means,
    List<Double> deviations)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public ImageSummary {
    classes = List.copyOf(classes);
    means = List.copyOf(means);
    deviations = List.copyOf(deviations);
  }

  /** Elements of an image. */
  public int elements() {
    return channels * height * width;
  }

  /** The account for people, several lines without a newline at the end. */
  public String describe() {
    return String.format(
        Locale.ROOT,
        "images      %,d read, %,d used, 0 dropped; %d x %d with %d %s%n"
            + "classes     %d: %s%n"
            + "training    %,d images%n"
            + "validation  %,d images%n"
            + "testing     %,d images",
        trainImages + validationImages + testImages,
        trainImages + validationImages + testImages,
        height,
        width,
        channels,
        channels == 1 ? "channel" : "channels",
        classes.size(),
        classes,
        trainImages,
        validationImages,
        testImages);
  }
}
