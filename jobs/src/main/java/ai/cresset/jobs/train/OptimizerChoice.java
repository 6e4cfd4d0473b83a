package ai.cresset.jobs.train;

import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.optim.Adadelta;
import ai.cresset.optim.Adagrad;
import ai.cresset.optim.Adam;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.Adamax;
import ai.cresset.optim.NAdam;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.RAdam;
import ai.cresset.optim.RmsProp;
import ai.cresset.optim.Sgd;
import ai.cresset.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** The optimizer that a recipe names. */
final class OptimizerChoice {
  private OptimizerChoice() {}

  static Optimizer of(TrainSettings settings, Map<String, Tensor> parameters) {
    List<ParameterGroup> groups = ParameterGroup.decayMatrices(parameters, settings.weightDecay());
    double rate = settings.learningRate();
    double first = settings.betas().get(0);
    double second = settings.betas().get(1);
    double epsilon = settings.epsilon();
    return switch (settings.optimizer()) {
      case ADAMW ->
          new AdamW(groups, Adam.Config.of(rate).withBetas(first, second).withEpsilon(epsilon));
      case ADAM ->
          new Adam(groups, Adam.Config.of(rate).withBetas(first, second).withEpsilon(epsilon));
      case NADAM ->
          new NAdam(groups, NAdam.Config.of(rate).withBetas(first, second).withEpsilon(epsilon));
      case RADAM ->
          new RAdam(groups, RAdam.Config.of(rate).withBetas(first, second).withEpsilon(epsilon));
      case ADAMAX ->
          new Adamax(groups, Adamax.Config.of(rate).withBetas(first, second).withEpsilon(epsilon));
      case SGD ->
          new Sgd(
              groups,
              Sgd.Config.of(rate)
                  .withMomentum(settings.momentum())
                  .withNesterov(settings.nesterov()));
      case RMSPROP ->
          new RmsProp(
              groups,
              RmsProp.Config.of(rate)
                  .withAlpha(settings.smoothing())
                  .withEpsilon(epsilon)
                  .withMomentum(settings.momentum()));
      case ADAGRAD -> new Adagrad(groups, Adagrad.Config.of(rate).withEpsilon(epsilon));
      case ADADELTA ->
          new Adadelta(
              groups,
              Adadelta.Config.of(rate).withDecay(settings.smoothing()).withEpsilon(epsilon));
    };
  }
}
