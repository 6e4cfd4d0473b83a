package ai.cresset.jobs.train;

import ai.cresset.jobs.text.Tokenizer;
import ai.cresset.jobs.workload.gpt.GptFile;
import ai.cresset.jobs.workload.gpt.ModelText;
import ai.cresset.memory.Allocator;
import ai.cresset.model.Gpt;
import ai.cresset.model.Sampling;
import ai.cresset.random.Generator;
import ai.cresset.type.Device;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Continues a prompt with a trained model, in this process.
 *
 * @param directory a training run's {@code output.dir}
 * @param step whose weights; null for those that did best, or the newest where none are kept
 */
public record GenerateJob(String directory, @Nullable Long step) {
  /**
   * A prompt and what the model adds.
   *
   * @param text all of it
   * @param weights which they were, in words
   */
  public record Continued(String text, String weights) {}

  /**
   * Continues a prompt.
   *
   * @param tokens how many tokens to add
   * @param seed the same seed gives the same text
   */
  public Continued run(
      String prompt, int tokens, Sampling sampling, long seed, Configuration configuration) {
    RunDirectory run = new RunDirectory(directory, configuration);
    GptFile file = run.languageModel();
    Tokenizer tokenizer = run.tokenizer();
    ModelText.tokens("--prompt", tokenizer, prompt); // refused before a model is built
    try (Allocator allocator = Allocator.create("generate", Long.MAX_VALUE);
        Allocator.Binding bound = allocator.bind();
        Gpt model = file.build(Device.CPU)) {
      String weights = TrainedWeights.load(run, step, model);
      String text =
          new ModelText(model, tokenizer)
              .continueText(prompt, tokens, sampling, new Generator(seed));
      return new Continued(text, weights);
    }
  }
}
