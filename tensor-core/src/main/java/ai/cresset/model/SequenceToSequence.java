package ai.cresset.model;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.attention.AttentionMasks;
import ai.cresset.nn.functional.Losses;
import ai.cresset.nn.init.Init;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Embedding;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.transformer.Transformer;
import ai.cresset.nn.transformer.TransformerOptions;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import java.util.List;

/**
 * A Transformer that writes one sequence of tokens from another (Vaswani et al. 2017): embeddings,
 * normal(0, 1 / width) as variance, scaled by the root of the width, sines and cosines of
 * positions, {@code torch.nn.Transformer}, and a linear layer to scores.
 *
 * <p>Source int64 {@code [batch, source length]}, target int64 {@code [batch, target length]}, both
 * padded behind; output {@code [batch, target length, target vocabulary]}. Children {@code
 * src_embedding}, {@code tgt_embedding}, {@code transformer}, {@code generator}.
 */
public final class SequenceToSequence extends Module {
  private static final double BASE = 10_000;

  private final SequenceToSequenceConfig config;
  private final Embedding sourceEmbedding;
  private final Embedding targetEmbedding;
  private final Tensor positions;
  private final Dropout dropout;
  private final Transformer transformer;
  private final Linear generator;

  public SequenceToSequence(SequenceToSequenceConfig config) {
    this(config, Placement.DEFAULT);
  }

  public SequenceToSequence(SequenceToSequenceConfig config, Placement placement) {
    this.config = config;
    long width = config.width();
    sourceEmbedding =
        child("src_embedding", new Embedding(config.sourceVocabulary(), width, placement));
    targetEmbedding =
        child("tgt_embedding", new Embedding(config.targetVocabulary(), width, placement));
    // Scaled by the root of the width they have the size of the positions, which larger ones drown.
    Init.normal(sourceEmbedding.weight(), 0, 1 / Math.sqrt(width));
    Init.normal(targetEmbedding.weight(), 0, 1 / Math.sqrt(width));
    positions = buffer("positions", positions(config, placement), false);
    dropout = child("dropout", new Dropout(config.dropout()));
    TransformerOptions options =
        TransformerOptions.DEFAULT
            .withFeedForwardWidth(config.feedForwardWidth())
            .withDropout(config.dropout())
            .withBatchFirst(true);
    transformer =
        child(
            "transformer",
            new Transformer(
                width,
                config.numHeads(),
                config.numEncoderLayers(),
                config.numDecoderLayers(),
                options,
                placement));
    generator = child("generator", new Linear(width, config.targetVocabulary(), true, placement));
  }

  /** {@code [length, width]}: sines at even features, cosines at odd ones. */
  private static Tensor positions(SequenceToSequenceConfig config, Placement placement) {
    int length = Math.toIntExact(config.maxLength());
    int width = Math.toIntExact(config.width());
    // The tensor comes first: where memory is bounded, an absurd length fails here.
    Tensor result = Tensor.empty(placement.spec(length, width));
    double[] table = new double[Math.multiplyExact(length, width)];
    for (int position = 0; position < length; position++) {
      for (int feature = 0; feature < width; feature += 2) {
        double angle = position / StrictMath.pow(BASE, (double) feature / width);
        table[position * width + feature] = StrictMath.sin(angle);
        table[position * width + feature + 1] = StrictMath.cos(angle);
      }
    }
    try (Scope scope = Scope.open("positions")) {
      Tensor host = Tensor.of(table, length, width);
      result.copy_(host.to(placement.dtype()).to(placement.device()));
    }
    return result;
  }

  public SequenceToSequenceConfig config() {
    return config;
  }

  /** Scores of the token after each of the target's. */
  public Tensor call(Tensor source, Tensor target) {
    return scoped(
        () -> {
          Tensor hidden = isPadding(source);
          Tensor memory = encode(source, hidden);
          return generator.call(decode(target, memory, hidden));
        });
  }

  /**
   * Cross entropy of the target's tokens, each after those before it, in nats; padding does not
   * count.
   *
   * @param target begins with the token that starts a sequence
   */
  public Loss loss(Tensor source, Tensor target) {
    return scopedLoss(
        () -> {
          long length = target.size(1) - 1;
          Tensor scores = call(source, target.narrow(1, 0, length));
          return Losses.crossEntropy(
              scores.flatten(0, 1),
              target.narrow(1, 1, length).flatten(0, 1),
              null,
              config.paddingIndex(),
              0);
        });
  }

  /**
   * Writes the likeliest token after the other, without gradients and in evaluation mode.
   *
   * @param start the token that starts a sequence
   * @param end the token that ends one; padding follows it
   * @param maxTokens of the result, the start included
   * @return int64 {@code [batch, at most maxTokens]}
   */
  public Tensor generate(Tensor source, long start, long end, int maxTokens) {
    boolean before = isTraining();
    eval();
    try (GradMode.Restore off = GradMode.disable()) {
      return scoped(() -> write(source, start, end, maxTokens));
    } finally {
      train(before);
    }
  }

  private Tensor write(Tensor source, long start, long end, int maxTokens) {
    Tensor hidden = isPadding(source);
    Tensor memory = encode(source, hidden);
    Tensor written = Tensor.full(source.narrow(1, 0, 1).spec(), start);
    Tensor ended = written.eq(end);
    while (written.size(1) < maxTokens && !(ended.all().item() != 0)) {
      Tensor states = decode(written, memory, hidden);
      Tensor scores = generator.call(states.narrow(1, written.size(1) - 1, 1));
      Tensor next = scores.argmax(-1, false).maskedFill(ended, (double) config.paddingIndex());
      ended = ended.logicalOr(next.eq(end));
      written = Functional.cat(List.of(written, next), 1);
    }
    return written;
  }

  private Tensor isPadding(Tensor tokens) {
    return tokens.eq(config.paddingIndex());
  }

  private Tensor encode(Tensor source, Tensor hidden) {
    return transformer
        .encoder()
        .call(embed(sourceEmbedding, source), AttentionMasks.keyPadding(hidden));
  }

  private Tensor decode(Tensor target, Tensor memory, Tensor hidden) {
    AttentionMasks causal = AttentionMasks.causal(target.size(1), target.device());
    AttentionMasks seen = new AttentionMasks(causal.attention(), isPadding(target));
    return transformer
        .decoder()
        .call(embed(targetEmbedding, target), memory, seen, AttentionMasks.keyPadding(hidden));
  }

  private Tensor embed(Embedding embedding, Tensor tokens) {
    long length = tokens.size(1);
    if (length > config.maxLength()) {
      throw ConfigException.value(
          "sequence length", length, "at most maxLength, " + config.maxLength());
    }
    Tensor scaled = embedding.call(tokens).mul(Math.sqrt(config.width()));
    return dropout.call(scaled.add(positions.narrow(0, 0, length)));
  }

  @Override
  protected String settings() {
    return "vocabularies " + config.sourceVocabulary() + " and " + config.targetVocabulary();
  }

  @Override
  public void describe(ModuleDescription description) {
    description.options("config", config);
  }
}
