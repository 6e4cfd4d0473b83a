package ai.cresset.model;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Losses;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.Autograd;

/**
 * A generator that makes images of random numbers, and a discriminator that tells them from real
 * ones; each trains against the other (Goodfellow et al. 2014, with the convolutions of Radford et
 * al. 2016). Calling the model generates.
 *
 * <p>Input {@code [batch, latent]}, standard normal, output {@code [batch, channels, height,
 * width]} of elements from 0 to 1. Children: {@code generator}, {@code discriminator}.
 */
public final class GenerativeAdversarialNetwork extends Layer {
  private final ImageCoderConfig config;
  private final ConvolutionalDecoder generator;
  private final ConvolutionalEncoder discriminator;

  public GenerativeAdversarialNetwork(ImageCoderConfig config) {
    this(config, Placement.DEFAULT);
  }

  public GenerativeAdversarialNetwork(ImageCoderConfig config, Placement placement) {
    this.config = config;
    generator = child("generator", new ConvolutionalDecoder(config, placement));
    discriminator = child("discriminator", new ConvolutionalEncoder(config, 1, placement));
  }

  /** The part that makes images: their logits. */
  public ConvolutionalDecoder generator() {
    return generator;
  }

  /** The part that tells them from real ones. */
  public ConvolutionalEncoder discriminator() {
    return discriminator;
  }

  @Override
  protected Tensor forward(Tensor latent) {
    return generator.call(latent).sigmoid();
  }

  /** How real images of elements from 0 to 1 look, as logits {@code [batch]}. */
  public Tensor discriminate(Tensor images) {
    return scoped(() -> discriminator.call(images.mul(2).sub(1)).flatten());
  }

  /** The same without a penalty. */
  public Loss discriminatorLoss(Tensor images, Tensor latent, double certainty) {
    return discriminatorLoss(images, latent, certainty, 0);
  }

  /**
   * What the discriminator minimises: the cross entropy of real images, and of as many made ones.
   *
   * @param images real ones
   * @param latent what others are made of, as many; gradients do not reach the generator
   * @param certainty how sure it shall be of real ones, such as 0.9 (Salimans et al. 2016)
   * @param penalty how much the squared slope of its logits at real images counts, halved, at least
   *     0: it keeps both parts from circling around each other (R1 of Mescheder et al. 2018)
   * @return the weight counts real images
   */
  public Loss discriminatorLoss(Tensor images, Tensor latent, double certainty, double penalty) {
    return scopedLoss(
        () -> {
          Tensor made = call(latent).detach();
          Tensor seen = penalty > 0 ? images.detach().requiresGrad(true) : images;
          Tensor logits = discriminate(seen);
          Tensor real = crossEntropy(logits, certainty);
          Tensor sum = real.add(crossEntropy(discriminate(made), 0));
          if (penalty > 0) {
            Tensor slope = Autograd.grad(logits.sum(), seen, true);
            sum = sum.add(slope.square().sum().mul(penalty / 2));
          }
          return new Loss(sum, images.size(0));
        });
  }

  /**
   * What the generator minimises: the cross entropy of made images with being real.
   *
   * @return the weight counts images
   */
  public Loss generatorLoss(Tensor latent) {
    return scopedLoss(() -> new Loss(crossEntropy(discriminate(call(latent)), 1), latent.size(0)));
  }

  private static Tensor crossEntropy(Tensor logits, double target) {
    return Losses.binaryCrossEntropyWithLogits(
        logits, Creation.fullLike(logits, target), null, null, LossReduction.SUM);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.options("config", config);
  }
}
