package ai.cresset.model;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Losses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;

/**
 * Learns to tell an image by a few numbers: what the encoder makes of it, the decoder turns back.
 *
 * <p>Input {@code [batch, channels, height, width]} of elements from 0 to 1, output the same shape.
 * Children: {@code encoder}, {@code decoder}.
 */
public final class ConvolutionalAutoencoder extends Layer {
  private final ImageCoderConfig config;
  private final ConvolutionalEncoder encoder;
  private final ConvolutionalDecoder decoder;

  public ConvolutionalAutoencoder(ImageCoderConfig config) {
    this(config, Placement.DEFAULT);
  }

  public ConvolutionalAutoencoder(ImageCoderConfig config, Placement placement) {
    this.config = config;
    encoder = child("encoder", new ConvolutionalEncoder(config, config.latent(), placement));
    decoder = child("decoder", new ConvolutionalDecoder(config, placement));
  }

  /** The numbers that stand for images: {@code [batch, latent]}. */
  public Tensor encode(Tensor images) {
    return encoder.call(images);
  }

  /** Images of such numbers, elements from 0 to 1. */
  public Tensor decode(Tensor latent) {
    return scoped(() -> decoder.call(latent).sigmoid());
  }

  @Override
  protected Tensor forward(Tensor images) {
    return decoder.call(encoder.call(images)).sigmoid();
  }

  /** The squared differences of images from what comes back; the weight counts elements. */
  public Loss loss(Tensor images) {
    return scopedLoss(() -> Losses.mseLoss(call(images), images));
  }

  @Override
  public void describe(ModuleDescription description) {
    description.options("config", config);
  }
}
