package ai.cresset.jobs.workload.gpt;

import ai.cresset.data.ArrowTokens;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.Dataset;
import ai.cresset.data.RandomOffsets;
import ai.cresset.data.TokenWindows;
import ai.cresset.jobs.recipe.SampleSettings;
import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.jobs.text.Tokenizer;
import ai.cresset.jobs.workload.ClassScores;
import ai.cresset.jobs.workload.LossChoice;
import ai.cresset.jobs.workload.StoredParts;
import ai.cresset.jobs.workload.Trainable;
import ai.cresset.model.Gpt;
import ai.cresset.model.Sampling;
import ai.cresset.nn.loss.TargetLoss;
import ai.cresset.random.Generator;
import ai.cresset.train.Objective;
import ai.cresset.train.TrainingTask;
import ai.cresset.type.Device;

/**
 * A GPT and the windows of a text.
 *
 * @param file what to build
 * @param tokenizer for the sample
 * @param text the sample at the end
 * @param train the data set to train on, a directory with scheme
 * @param validation the data set to validate on
 */
record GptTrainable(
    GptFile file, Tokenizer tokenizer, SampleSettings text, String train, String validation)
    implements Trainable {
  @Override
  public Parts open(TrainSettings settings, Device device) {
    int length = file.settings().context();
    Gpt gpt = file.build(device);
    Dataset training = TokenWindows.atEveryOffset(open(train), length);
    return new Parts(
        gpt,
        objective(gpt, settings),
        training,
        new BatchPlan(
            new RandomOffsets(training.size(), settings.seed()), settings.globalBatch(), true),
        TokenWindows.consecutive(open(validation), length),
        null,
        TrainingTask.Unit.tokens(length),
        () -> sample(gpt, settings.seed()),
        new NextTokens(gpt, tokenizer));
  }

  private static Objective objective(Gpt gpt, TrainSettings settings) {
    if (!settings.hasOwnLoss()) {
      return new GptObjective(gpt);
    }
    TargetLoss loss = LossChoice.of(settings, ClassScores.usual());
    return new GptObjective(
        gpt, (logits, targets) -> loss.call(logits.flatten(0, 1), targets.flatten()));
  }

  private static ArrowTokens open(String directory) {
    return ArrowTokens.open(StoredParts.open(directory), TokenData.COLUMN);
  }

  private String sample(Gpt gpt, long seed) {
    if (text.tokens() == 0) {
      return "";
    }
    return new ModelText(gpt, tokenizer)
        .continueText(
            text.prompt(),
            text.tokens(),
            new Sampling(text.temperature(), text.topK()),
            new Generator(seed));
  }
}
