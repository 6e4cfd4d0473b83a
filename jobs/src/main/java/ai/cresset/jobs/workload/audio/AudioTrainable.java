package ai.cresset.jobs.workload.audio;

import ai.cresset.data.ArrowDataset;
import ai.cresset.data.Batch;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.Dataset;
import ai.cresset.data.ShuffledSampler;
import ai.cresset.data.TransformedDataset;
import ai.cresset.jobs.audio.SoundSummary;
import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.jobs.workload.ClassExhibit;
import ai.cresset.jobs.workload.ClassScores;
import ai.cresset.jobs.workload.LossChoice;
import ai.cresset.jobs.workload.StoredParts;
import ai.cresset.jobs.workload.Trainable;
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
 * A classifier and its sounds. Their pictures are made where batches are read ahead.
 *
 * @param file what to build
 * @param summary what a sound is
 * @param variation what happens to sounds while the model trains
 * @param train the data set to train on, a directory with scheme
 * @param validation the data set to validate on
 * @param test the data set for the end
 */
record AudioTrainable(
    AudioModelFile file,
    SoundSummary summary,
    SoundVariation variation,
    String train,
    String validation,
    String test)
    implements Trainable {
  /** The columns of all data sets. */
  static final String SOUND = "sound";

  static final String LABEL = "label";

  @Override
  public Parts open(TrainSettings settings, Device device) {
    Layer model = file.build(device);
    Dataset training = open(train, variation, settings.seed());
    Classification classification =
        new Classification(
            model, LossChoice.of(settings, ClassScores.usual()), file.settings().dtype().dtype());
    return new Parts(
        model,
        classification,
        training,
        new BatchPlan(
            new ShuffledSampler(training.size(), settings.seed()), settings.globalBatch(), false),
        open(validation, SoundVariation.NONE, 0),
        open(test, SoundVariation.NONE, 0),
        new TrainingTask.Unit(AudioWorkload.WORDING.unit(), 1),
        () -> "",
        new ClassExhibit(summary.classes(), classification::scores, LABEL, new Spectrograms()));
  }

  private Dataset open(String directory, SoundVariation varied, long seed) {
    return new TransformedDataset(
        new ArrowDataset(StoredParts.open(directory), List.of(SOUND, LABEL)),
        SOUND,
        List.of(1L, (long) summary.features().frames()),
        varied.transform(summary),
        seed);
  }

  /** Pictures of frequencies: high ones above, loud ones bright. */
  private static final class Spectrograms implements ClassExhibit.Look {
    private static final double DEVIATIONS = 3;

    @Override
    public String words(Batch batch, int index) {
      return "";
    }

    @Override
    public Picture picture(Batch batch, int index) {
      Tensor shown = batch.get(SOUND).select(0, index).select(0, 0);
      int rows = (int) shown.size(0);
      int windows = (int) shown.size(1);
      float[] values = shown.to(DType.FLOAT32).toFloatArray();
      byte[] elements = new byte[values.length];
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i < windows; i++) {
          double part = (values[(rows - 1 - row) * windows + i] / DEVIATIONS + 1) / 2;
          elements[row * windows + i] = (byte) Math.round(255 * Math.max(0, Math.min(1, part)));
        }
      }
      return new Picture(rows, windows, 1, elements);
    }
  }

  /** The loss of the classes, and how many are right. */
  private record Classification(Layer model, TargetLoss loss, DType dtype) implements Objective {
    Tensor scores(Batch batch) {
      return model.call(batch.get(SOUND).to(dtype));
    }

    @Override
    public Loss loss(Batch batch) {
      return loss.call(scores(batch), batch.get(LABEL));
    }

    @Override
    public ScoredLoss evaluate(Batch batch) {
      return ClassScores.scored(loss, scores(batch), batch.get(LABEL));
    }
  }
}
