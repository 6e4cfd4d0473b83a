package ai.cresset.model;

import ai.cresset.error.ShapeException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Placement;
import ai.cresset.nn.container.ModuleList;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Embedding;
import ai.cresset.nn.norm.LayerNorm;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Tensor;
import java.util.stream.IntStream;

/**
 * Everything below the head: token and position embeddings, blocks, final norm. Input int64 {@code
 * [batch, length]}, output {@code [batch, length, width]}; children {@code wte}, {@code wpe},
 * {@code drop}, {@code h}, {@code ln_f}.
 */
public final class GptTransformer extends Layer {
  private final GptConfig config;
  private final Embedding tokenEmbedding;
  private final Embedding positionEmbedding;
  private final Dropout dropout;
  private final ModuleList<GptBlock> blocks;
  private final LayerNorm finalNorm;

  GptTransformer(GptConfig config, Placement placement) {
    this.config = config;
    long width = config.width();
    tokenEmbedding = child("wte", new Embedding(config.vocabularySize(), width, placement));
    positionEmbedding = child("wpe", new Embedding(config.contextLength(), width, placement));
    dropout = child("drop", new Dropout(config.dropout()));
    blocks =
        child(
            "h",
            new ModuleList<>(
                IntStream.range(0, config.numLayers())
                    .mapToObj(layer -> new GptBlock(config, placement))
                    .toList()));
    finalNorm = child("ln_f", new LayerNorm(width, config.bias(), placement));
  }

  public Embedding tokenEmbedding() {
    return tokenEmbedding;
  }

  public ModuleList<GptBlock> blocks() {
    return blocks;
  }

  @Override
  protected Tensor forward(Tensor tokens) {
    if (tokens.rank() != 2 || tokens.size(1) > config.contextLength() || tokens.size(1) == 0) {
      throw ShapeException.mismatch(
          "Gpt", "tokens [batch, 1 to " + config.contextLength() + "]", tokens.shape());
    }
    Tensor numbers = Creation.arange(0, tokens.size(1), 1, tokens.device());
    Tensor positions = positionEmbedding.call(numbers);
    Tensor hidden = dropout.call(tokenEmbedding.call(tokens).add(positions));
    for (GptBlock block : blocks) {
      hidden = block.call(hidden);
    }
    return finalNorm.call(hidden);
  }
}
