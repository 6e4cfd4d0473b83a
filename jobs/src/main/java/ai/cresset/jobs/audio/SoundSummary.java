package ai.cresset.jobs.audio;

import ai.cresset.jobs.split.SplitSummary;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * The account of a data set of sounds, and what turns them into a model's inputs.
 *
 * @param features what turns sounds into pictures
 * @param classes the folder of each class
 * @param trainSounds sounds to train on
 * @param validationSounds sounds to validate on
 * @param testSounds sounds for the end
 * @param means of the rows of the pictures, over the sounds to train on
 * @param deviations standard deviations of the same; 1 where all are equal
 * @param skippedSounds files left out because they cannot be used, which {@code data.invalid}
 *     allows
 * @param problems what is wrong with the first of them
 */
public record SoundSummary(
    SoundFeatures features,
    List<String> classes,
    long trainSounds,
    long validationSounds,
    long testSounds,
    List<Double> means,
    List<Double> deviations,
    long skippedSounds,
    List<String> problems)
    implements SplitSummary, Serializable {
  private static final long serialVersionUID = 1L;

  public SoundSummary {
    classes = List.copyOf(classes);
    means = List.copyOf(means);
    deviations = List.copyOf(deviations);
    problems = List.copyOf(problems);
  }

  @Override
  public String describe() {
    String text =
        String.format(
            Locale.ROOT,
            "sounds      %,d used, %,d dropped; %,d frames at %,d a second, seen as %d x %d%n"
                + "classes     %d: %s%n"
                + "training    %,d sounds%n"
                + "validation  %,d sounds%n"
                + "testing     %,d sounds",
            trainSounds + validationSounds + testSounds,
            skippedSounds,
            features.frames(),
            features.sampleRate(),
            features.rows(),
            features.windows(),
            classes.size(),
            classes,
            trainSounds,
            validationSounds,
            testSounds);
    return SplitSummary.with(text, leftOut());
  }

  @Override
  public String leftOut() {
    return SplitSummary.skipped(skippedSounds, problems);
  }
}
