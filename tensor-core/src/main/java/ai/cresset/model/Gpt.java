package ai.cresset.model;

import ai.cresset.error.ShapeException;
import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.init.Init;
import ai.cresset.nn.layer.Embedding;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.loss.CrossEntropyLoss;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;

/**
 * A decoder-only language model as GPT-2 (Radford et al. 2019) and nanoGPT build it, with their
 * parameter names ({@code transformer.h.0.attn.c_attn.weight}).
 *
 * <p>Weights of linear layers and embeddings start normal(0, 0.02), those of projections into the
 * residual stream scaled by {@code 1 / sqrt(2 layers)}; biases start at 0.
 */
public final class Gpt extends Module {
  private static final double DEVIATION = 0.02;

  private final GptConfig config;
  private final GptTransformer transformer;
  private final Linear head;
  private final CrossEntropyLoss crossEntropy;

  public Gpt(GptConfig config) {
    this(config, Placement.DEFAULT);
  }

  public Gpt(GptConfig config, Placement placement) {
    this.config = config;
    transformer = child("transformer", new GptTransformer(config, placement));
    Embedding embedding = transformer.tokenEmbedding();
    head =
        child(
            "lm_head",
            config.tied()
                ? new Linear(embedding.weight())
                : new Linear(config.width(), config.vocabularySize(), false, placement));
    crossEntropy = child("loss", new CrossEntropyLoss());
    initialize(Generator.current());
  }

  private void initialize(Generator generator) {
    double residual = DEVIATION / Math.sqrt(2.0 * config.numLayers());
    namedParameters()
        .forEach(
            (name, parameter) -> {
              if (parameter.rank() >= 2) {
                boolean intoResidual = name.endsWith("c_proj.weight");
                Init.normal(parameter, 0, intoResidual ? residual : DEVIATION, generator);
              } else if (name.endsWith("bias")) {
                Init.zeros(parameter);
              }
            });
  }

  public GptConfig config() {
    return config;
  }

  public GptTransformer transformer() {
    return transformer;
  }

  /** The layer from the last hidden state to logits. */
  public Linear head() {
    return head;
  }

  /**
   * Scores of the next token at each position.
   *
   * @param tokens int64 {@code [batch, length]}, at most the context length
   * @return {@code [batch, length, vocabulary]}
   */
  public Tensor logits(Tensor tokens) {
    return scoped(() -> head.call(transformer.call(tokens)));
  }

  /**
   * Scores of the token after the last one.
   *
   * @param tokens int64 {@code [batch, length]}, at most the context length
   * @return {@code [batch, vocabulary]}
   */
  public Tensor nextLogits(Tensor tokens) {
    return scoped(
        () -> {
          Tensor hidden = transformer.call(tokens);
          return head.call(hidden.narrow(1, tokens.size(1) - 1, 1).squeeze(1));
        });
  }

  /**
   * Cross entropy of the next tokens, in nats, with the number of targets that count.
   *
   * @param tokens int64 {@code [batch, length]}
   * @param targets int64 {@code [batch, length]}; -100 does not count
   */
  public Loss loss(Tensor tokens, Tensor targets) {
    if (!targets.shape().equals(tokens.shape())) {
      throw ShapeException.mismatch("Gpt.loss", "targets of " + tokens.shape(), targets.shape());
    }
    return scopedLoss(
        () -> {
          Tensor rows = logits(tokens).flatten(0, 1);
          return crossEntropy.call(rows, targets.flatten());
        });
  }

  /**
   * Continues prompts, without gradients and in evaluation mode.
   *
   * @param prompt int64 {@code [batch, length]}, at least one token; of more than the context
   *     length, the last ones are seen
   * @return int64 {@code [batch, length + numTokens]}, the prompt and what follows
   */
  public Tensor generate(Tensor prompt, int numTokens, Sampling sampling, Generator generator) {
    return scoped(() -> new Generation(this, sampling, generator).run(prompt, numTokens));
  }

  @Override
  protected String settings() {
    return "vocabulary "
        + config.vocabularySize()
        + ", context "
        + config.contextLength()
        + (config.tied() ? ", tied" : "");
  }

  @Override
  public void describe(ModuleDescription description) {
    description.options("config", config);
  }
}
