package ai.cresset.jobs.train;

import ai.cresset.data.Batch;
import ai.cresset.jobs.feature.ClickCorpus;
import ai.cresset.jobs.feature.FittedFeature;
import ai.cresset.metric.Auc;
import ai.cresset.model.DeepFm;
import ai.cresset.model.WideAndDeep;
import ai.cresset.nn.Module;
import ai.cresset.nn.functional.Losses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.Evaluation;
import ai.cresset.train.Objective;
import ai.cresset.train.ScoredLoss;
import ai.cresset.train.Strategy;
import java.util.List;

/** The cross entropy of clicks. What is evaluated is counted for the area under the curve. */
final class ClickObjective implements Objective {
  private final Module model;
  private final List<FittedFeature> features;
  private final boolean hasNumbers;
  private final Auc auc = new Auc();

  ClickObjective(Module model, int numbers, List<FittedFeature> features) {
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
    return Losses.binaryCrossEntropyWithLogits(
        logits, batch.get(ClickCorpus.LABEL), null, null);
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
  Evaluation scored(Evaluation evaluation, Strategy strategy) {
    Auc all = new Auc();
    all.merge(strategy.sum(auc.sums()));
    auc.reset();
    return new Evaluation(evaluation.loss(), evaluation.weight(), all.value());
  }
}
