package ai.cresset.jobs.workload.image;

import ai.cresset.data.Dataset;
import ai.cresset.data.TransformedDataset;
import ai.cresset.data.image.MixedSamples;
import ai.cresset.data.transform.ColorJitter;
import ai.cresset.data.transform.Compose;
import ai.cresset.data.transform.RandomErasing;
import ai.cresset.data.transform.RandomResizedCrop;
import ai.cresset.data.transform.RandomRotation;
import ai.cresset.data.transform.Range;
import ai.cresset.data.transform.Transform;
import ai.cresset.jobs.image.ImageSummary;
import ai.cresset.jobs.recipe.ImageDataSettings;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What happens to images while a model trains, beside moving and mirroring them. It follows from
 * the seed, the epoch and the image's place in the data set alone.
 *
 * @param crop the least part of the area that is shown
 * @param rotate degrees to turn by at most
 * @param jitter how far brightness, contrast and saturation change
 * @param erase the part of the images of which a rectangle is painted over
 * @param mixup how much images are mixed
 */
record TrainingTransforms(double crop, double rotate, double jitter, double erase, double mixup)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  static TrainingTransforms of(ImageDataSettings settings) {
    return new TrainingTransforms(
        settings.crop(), settings.rotate(), settings.jitter(), settings.erase(), settings.mixup());
  }

  /** Images as training sees them; the result closes what it is made of. */
  Dataset apply(Dataset images, ImageSummary summary, long seed) {
    List<Transform> transforms = new ArrayList<>();
    if (crop < 1) {
      transforms.add(new RandomResizedCrop(summary.height(), summary.width(), new Range(crop, 1)));
    }
    if (rotate > 0) {
      transforms.add(new RandomRotation(rotate));
    }
    if (jitter > 0) {
      transforms.add(new ColorJitter(jitter, jitter, jitter, 0));
    }
    if (erase > 0) {
      transforms.add(new RandomErasing(erase));
    }
    if (transforms.isEmpty() && mixup == 0) {
      return images;
    }
    List<Long> shape =
        List.of((long) summary.channels(), (long) summary.height(), (long) summary.width());
    Dataset changed =
        new TransformedDataset(images, ImageTrainable.IMAGE, shape, new Compose(transforms), seed);
    return mixup == 0
        ? changed
        : new MixedSamples(
            changed,
            ImageTrainable.IMAGE,
            ImageTrainable.LABEL,
            MixedSamples.Mixing.MIX_UP,
            mixup,
            summary.classes().size(),
            seed);
  }
}
