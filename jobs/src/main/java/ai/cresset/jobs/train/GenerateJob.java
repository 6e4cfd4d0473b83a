package ai.cresset.jobs.train;

import ai.cresset.checkpoint.CheckpointDirectory;
import ai.cresset.checkpoint.TrainingCheckpoint;
import ai.cresset.error.CheckpointException;
import ai.cresset.jobs.text.Tokenizer;
import ai.cresset.jobs.workload.gpt.GptFile;
import ai.cresset.jobs.workload.gpt.ModelText;
import ai.cresset.memory.Allocator;
import ai.cresset.model.Gpt;
import ai.cresset.model.Sampling;
import ai.cresset.optim.AveragedWeights;
import ai.cresset.random.Generator;
import ai.cresset.type.Device;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Continues a prompt with a trained model, in this process.
 *
 * @param directory a training run's {@code output.dir}
 * @param step which checkpoint; null for the newest
 */
public record GenerateJob(String directory, @Nullable Long step) {
  /**
   * {@code prompt} and what the model adds.
   *
   * @param tokens how many tokens to add
   * @param seed the same seed gives the same text
   */
  public String run(
      String prompt, int tokens, Sampling sampling, long seed, Configuration configuration) {
    RunDirectory run = new RunDirectory(directory, configuration);
    GptFile file = run.languageModel();
    Tokenizer tokenizer = run.tokenizer();
    ModelText.tokens("--prompt", tokenizer, prompt); // refused before a model is built
    TrainingCheckpoint checkpoint = checkpoint(run.checkpoints());
    try (Allocator allocator = Allocator.create("generate", Long.MAX_VALUE);
        Allocator.Binding bound = allocator.bind();
        Gpt model = file.build(Device.CPU)) {
      checkpoint.loadModel(model);
      if (checkpoint.hasAverage()) {
        try (AveragedWeights average = AveragedWeights.equal(model.namedParameters())) {
          checkpoint.loadAverage(average);
          average.copyToWeights();
        }
      }
      return new ModelText(model, tokenizer)
          .continueText(prompt, tokens, sampling, new Generator(seed));
    }
  }

  TrainingCheckpoint checkpoint(CheckpointDirectory checkpoints) {
    if (step == null) {
      return checkpoints
          .latest()
          .orElseThrow(
              () -> CheckpointException.because(checkpoints.location() + " has no checkpoint"));
    }
    String name = String.format(Locale.ROOT, "step-%06d", step);
    List<String> found =
        checkpoints.names().stream()
            .filter(each -> each.equals(name) || each.startsWith(name + "."))
            .toList();
    return checkpoints.open(found.isEmpty() ? name : found.get(found.size() - 1));
  }
}
