package ai.cresset.jobs.workload.image;

import ai.cresset.data.ArrowDataset;
import ai.cresset.data.Batch;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.ClassWeights;
import ai.cresset.data.Dataset;
import ai.cresset.data.ShuffledSampler;
import ai.cresset.jobs.image.ImageSummary;
import ai.cresset.jobs.recipe.ClassWeighting;
import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.jobs.workload.ClassExhibit;
import ai.cresset.jobs.workload.ClassScores;
import ai.cresset.jobs.workload.LossChoice;
import ai.cresset.jobs.workload.StoredParts;
import ai.cresset.jobs.workload.Trainable;
import ai.cresset.jobs.workload.VariedImages;
import ai.cresset.jobs.workload.Wording;
import ai.cresset.model.ResNet;
import ai.cresset.nn.Layer;
import ai.cresset.nn.loss.TargetLoss;
import ai.cresset.report.Picture;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.Objective;
import ai.cresset.train.ScoredLoss;
import ai.cresset.train.TrainingTask;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.util.List;

/**
 * A classifier and its images.
 *
 * @param file what to build
 * @param summary what an image is, and what its elements are brought to mean 0 and variance 1 with
 * @param augmentation how images are moved and mirrored while the model trains
 * @param transforms what else happens to them
 * @param weighting how much classes count in the loss of training
 * @param train the data set to train on, a directory with scheme
 * @param validation the data set to validate on
 * @param test the data set for the end
 */
record ImageTrainable(
    ImageModelFile file,
    ImageSummary summary,
    ImageAugmentation augmentation,
    TrainingTransforms transforms,
    ClassWeighting weighting,
    String train,
    String validation,
    String test)
    implements Trainable {
  /** The columns of all data sets. */
  static final String IMAGE = "image";

  static final String LABEL = "label";
  private static final long COLOURS = 3;

  @Override
  public Parts open(TrainSettings settings, Device device) {
    Layer cnn = file.build(device);
    PretrainedWeights.load(cnn, file.settings());
    Dataset plain = open(train);
    Dataset moved =
        augmentation.isOn()
            ? new VariedImages(
                plain,
                IMAGE,
                (images, numbers) ->
                    augmentation.apply(
                        images, summary.height(), summary.width(), settings.seed(), numbers))
            : plain;
    Dataset training = transforms.apply(moved, summary, settings.seed());
    Classification classification =
        new Classification(cnn, LossChoice.of(settings, ClassScores.usual()));
    return new Parts(
        cnn,
        classification,
        training,
        new BatchPlan(
            new ShuffledSampler(training.size(), settings.seed()), settings.globalBatch(), false),
        open(validation),
        open(test),
        new TrainingTask.Unit(Wording.IMAGES.unit(), 1),
        () -> "",
        new ClassExhibit(summary.classes(), classification::scores, LABEL, new Pixels()));
  }

  /** Images as they are. */
  private final class Pixels implements ClassExhibit.Look {
    @Override
    public String words(Batch batch, int index) {
      return "";
    }

    @Override
    public Picture picture(Batch batch, int index) {
      long[] elements = batch.get(IMAGE).select(0, index).to(DType.INT64).toLongArray();
      byte[] planes = new byte[elements.length];
      for (int i = 0; i < planes.length; i++) {
        planes[i] = (byte) elements[i];
      }
      return Picture.ofPlanes(planes, summary.channels(), summary.height(), summary.width());
    }
  }

  private static Dataset open(String directory) {
    return new ArrowDataset(StoredParts.open(directory), List.of(IMAGE, LABEL));
  }

  /** The loss of the classes, and how many are right. */
  private final class Classification implements Objective {
    private final Layer cnn;
    private final TargetLoss loss;

    Classification(Layer cnn, TargetLoss loss) {
      this.cnn = cnn;
      this.loss = loss;
    }

    @Override
    public Loss loss(Batch batch) {
      PretrainedWeights.settle(cnn, file.settings());
      Tensor scores = scores(batch);
      Tensor targets = batch.get(LABEL);
      return weighting == ClassWeighting.NONE
          ? loss.call(scores, ClassScores.fitting(targets, scores))
          : ClassScores.weighted(scores, targets, weights());
    }

    @Override
    public ScoredLoss evaluate(Batch batch) {
      return ClassScores.scored(loss, scores(batch), batch.get(LABEL));
    }

    private double[] weights() {
      return ClassWeights.balanced(
          summary.classImages().stream().mapToLong(Long::longValue).toArray());
    }

    private Tensor scores(Batch batch) {
      Tensor images = batch.get(IMAGE);
      DType dtype = file.settings().dtype().dtype();
      Tensor elements =
          images
              .to(dtype)
              .reshape(batch.size(), summary.channels(), summary.height(), summary.width());
      Tensor standard =
          elements
              .sub(channels(summary.means(), elements))
              .div(channels(summary.deviations(), elements));
      // A ResNet takes colours: grey is red, green and blue alike.
      boolean grey = summary.channels() == 1 && cnn instanceof ResNet;
      return cnn.call(
          grey
              ? standard.expand(batch.size(), COLOURS, summary.height(), summary.width())
              : standard);
    }

    private Tensor channels(List<Double> values, Tensor like) {
      double[] numbers = values.stream().mapToDouble(Double::doubleValue).toArray();
      return Tensor.of(numbers, 1, numbers.length, 1, 1).to(like.dtype()).to(like.device());
    }
  }
}
