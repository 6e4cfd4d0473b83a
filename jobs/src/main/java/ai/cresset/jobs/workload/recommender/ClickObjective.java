package ai.cresset.jobs.workload.recommender;

import ai.cresset.data.Batch;
import ai.cresset.jobs.feature.ClickCorpus;
import ai.cresset.jobs.feature.FittedFeature;
import ai.cresset.jobs.workload.Exhibit;
import ai.cresset.metric.Auc;
import ai.cresset.metric.ConfusionMatrix;
import ai.cresset.model.DeepFm;
import ai.cresset.model.WideAndDeep;
import ai.cresset.nn.Module;
import ai.cresset.nn.functional.Losses;
import ai.cresset.report.SamplePrediction;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.Evaluation;
import ai.cresset.train.Objective;
import ai.cresset.train.ScoredLoss;
import ai.cresset.train.Strategy;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The cross entropy of clicks. What is evaluated is counted for the area under the curve; what is
 * shown are chances.
 */
public final class ClickObjective implements Objective, Exhibit {
  private static final String NONE = "no click";
  private static final String CLICK = "click";

  private final Module model;
  private final List<FittedFeature> features;
  private final boolean hasNumbers;
  private final Auc auc = new Auc();

  public ClickObjective(Module model, int numbers, List<FittedFeature> features) {
    this.model = model;
    this.features = List.copyOf(features);
    this.hasNumbers = numbers > 0;
  }

  private Tensor logits(Batch batch) {
    List<Tensor> ids = features.stream().map(each -> batch.get(each.place())).toList();
    Tensor numbers = hasNumbers ? batch.get(ClickCorpus.NUMBERS) : null;
    return model instanceof DeepFm deep
        ? deep.call(numbers, ids)
        : ((WideAndDeep) model).call(numbers, ids);
  }

  private static Loss loss(Tensor logits, Batch batch) {
    return Losses.binaryCrossEntropyWithLogits(logits, batch.get(ClickCorpus.LABEL), null, null);
  }

  @Override
  public Loss loss(Batch batch) {
    return loss(logits(batch), batch);
  }

  @Override
  public ScoredLoss evaluate(Batch batch) {
    Tensor logits = logits(batch);
    auc.update(logits, batch.get(ClickCorpus.LABEL));
    return new ScoredLoss(loss(logits, batch), 0);
  }

  /**
   * An evaluation with the area under the curve of what was evaluated since the last call, over all
   * workers; each of them calls it.
   */
  public Evaluation scored(Evaluation evaluation, Strategy strategy) {
    Auc all = new Auc();
    all.merge(strategy.sum(auc.sums()));
    auc.reset();
    return new Evaluation(evaluation.loss(), evaluation.weight(), all.value());
  }

  @Override
  public List<String> classes() {
    return List.of(NONE, CLICK);
  }

  @Override
  public void count(Batch batch, ConfusionMatrix matrix) {
    Tensor logits = logits(batch);
    Tensor scores = Functional.stack(List.of(Tensor.zeros(logits.spec()), logits), 1);
    matrix.update(scores, batch.get(ClickCorpus.LABEL).to(DType.INT64));
  }

  @Override
  public List<SamplePrediction> samples(Batch batch) {
    float[] logits = logits(batch).toFloatArray();
    float[] clicks = batch.get(ClickCorpus.LABEL).toFloatArray();
    List<SamplePrediction> samples = new ArrayList<>();
    for (int i = 0; i < logits.length; i++) {
      boolean clicked = clicks[i] > 0.5;
      double chance = 1 / (1 + StrictMath.exp(-logits[i]));
      samples.add(
          new SamplePrediction(
              words(batch, i),
              null,
              clicked ? CLICK : NONE,
              String.format(Locale.ROOT, "%s with a chance of %.1f %%", CLICK, 100 * chance),
              clicked == chance > 0.5));
    }
    return samples;
  }

  private String words(Batch batch, int index) {
    List<String> words = new ArrayList<>();
    for (FittedFeature feature : features) {
      long[] ids = batch.get(feature.place()).select(0, index).toLongArray();
      String shown =
          Arrays.stream(ids)
              .filter(id -> id >= 0)
              .mapToObj(Long::toString)
              .collect(Collectors.joining(" "));
      words.add(feature.name() + " " + shown);
    }
    return String.join(", ", words);
  }
}
