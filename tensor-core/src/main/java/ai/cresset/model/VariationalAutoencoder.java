package ai.cresset.model;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Losses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;

/**
 * An autoencoder whose numbers are drawn from a distribution that stays near the standard normal
 * one, so that numbers drawn from that decode to new images (Kingma and Welling 2014).
 *
 * <p>Input {@code [batch, channels, height, width]} of elements from 0 to 1, output the same shape,
 * decoded from the means. An element counts as the probability of a Bernoulli variable, as in the
 * original. Children: {@code encoder}, {@code decoder}.
 */
public final class VariationalAutoencoder extends Layer {
  private final ImageCoderConfig config;
  private final ConvolutionalEncoder encoder;
  private final ConvolutionalDecoder decoder;

  public VariationalAutoencoder(ImageCoderConfig config) {
    this(config, Placement.DEFAULT);
  }

  public VariationalAutoencoder(ImageCoderConfig config, Placement placement) {
    this.config = config;
    encoder = child("encoder", new ConvolutionalEncoder(config, 2 * config.latent(), placement));
    decoder = child("decoder", new ConvolutionalDecoder(config, placement));
  }

  /** What is believed of the numbers behind images. */
  public LatentDistribution encode(Tensor images) {
    return scopedTree(() -> distribution(images));
  }

  private LatentDistribution distribution(Tensor images) {
    Tensor both = encoder.call(images);
    return new LatentDistribution(
        both.narrow(1, 0, config.latent()), both.narrow(1, config.latent(), config.latent()));
  }

  /** Images of numbers {@code [batch, latent]}, elements from 0 to 1. */
  public Tensor decode(Tensor latent) {
    return scoped(() -> decoder.call(latent).sigmoid());
  }

  @Override
  protected Tensor forward(Tensor images) {
    return decoder.call(distribution(images).mean()).sigmoid();
  }

  /**
   * What the images cost, in nats: what it takes to tell their elements once the numbers are known,
   * and {@code beta} times the divergence of the numbers. With {@code beta} 1 it is the negative
   * evidence lower bound. One draw for each image, from the thread's generator.
   *
   * @param beta above 1 for numbers that are more independent (Higgins et al. 2017)
   * @return the weight counts images
   */
  public Loss loss(Tensor images, double beta) {
    return scopedLoss(
        () -> {
          LatentDistribution distribution = distribution(images);
          Tensor logits = decoder.call(distribution.sample());
          Tensor reconstruction =
              Losses.binaryCrossEntropyWithLogits(logits, images, null, null, LossReduction.SUM);
          Tensor divergence = distribution.divergence().sum();
          return new Loss(reconstruction.add(divergence.mul(beta)), images.size(0));
        });
  }

  @Override
  public void describe(ModuleDescription description) {
    description.options("config", config);
  }
}
