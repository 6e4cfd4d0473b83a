package ai.cresset.nn.transformer;

import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.init.Init;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * An encoder and a decoder that looks at its output (Vaswani et al. 2017, {@code
 * torch.nn.Transformer}).
 *
 * <p>Source {@code [source length, batch, width]}, target and output {@code [target length, batch,
 * width]}, with {@link TransformerOptions#batchFirst()} the batch first, or without batch.
 * Children: {@code encoder} and {@code decoder}, both with a last norm. All matrices begin
 * Xavier-uniform.
 */
public final class Transformer extends Module {
  private final long width;
  private final long numHeads;
  private final int numEncoderLayers;
  private final int numDecoderLayers;
  private final TransformerOptions options;
  private final TransformerEncoder encoder;
  private final TransformerDecoder decoder;

  /** Six layers each. */
  public Transformer(long width, long numHeads) {
    this(width, numHeads, 6, 6, TransformerOptions.DEFAULT, Placement.DEFAULT);
  }

  public Transformer(
      long width,
      long numHeads,
      int numEncoderLayers,
      int numDecoderLayers,
      TransformerOptions options,
      Placement placement) {
    this.width = width;
    this.numHeads = numHeads;
    this.numEncoderLayers = numEncoderLayers;
    this.numDecoderLayers = numDecoderLayers;
    this.options = options;
    List<TransformerEncoderLayer> encoders = new ArrayList<>();
    for (int i = 0; i < numEncoderLayers; i++) {
      encoders.add(new TransformerEncoderLayer(width, numHeads, options, placement));
    }
    List<TransformerDecoderLayer> decoders = new ArrayList<>();
    for (int i = 0; i < numDecoderLayers; i++) {
      decoders.add(new TransformerDecoderLayer(width, numHeads, options, placement));
    }
    encoder = child("encoder", new TransformerEncoder(encoders, options.norm(width, placement)));
    decoder = child("decoder", new TransformerDecoder(decoders, options.norm(width, placement)));
    for (Parameter parameter : parameters()) {
      if (parameter.rank() > 1) {
        Init.xavierUniform(parameter, 1, Generator.current());
      }
    }
  }

  public TransformerEncoder encoder() {
    return encoder;
  }

  public TransformerDecoder decoder() {
    return decoder;
  }

  /** Runs both without masks. */
  public Tensor call(Tensor source, Tensor target) {
    return call(source, target, TransformerMasks.NONE);
  }

  public Tensor call(Tensor source, Tensor target, TransformerMasks masks) {
    return scoped(
        () -> {
          Tensor memory = encoder.call(source, masks.source());
          return decoder.call(target, memory, masks.target(), masks.memory());
        });
  }

  @Override
  public void describe(ModuleDescription description) {
    description
        .integer("width", width)
        .integer("numHeads", numHeads)
        .integer("numEncoderLayers", numEncoderLayers)
        .integer("numDecoderLayers", numDecoderLayers)
        .options("options", options);
  }
}
