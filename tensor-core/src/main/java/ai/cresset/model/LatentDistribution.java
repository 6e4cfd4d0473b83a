package ai.cresset.model;

import ai.cresset.nn.TensorTree;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Tensor;
import java.util.List;

/**
 * What an encoder believes of the numbers behind each image: independent normal distributions.
 *
 * @param mean {@code [batch, latent]}
 * @param logVariance the logarithm of the variance, {@code [batch, latent]}
 */
public record LatentDistribution(Tensor mean, Tensor logVariance) implements TensorTree.Structure {
  @Override
  public List<Tensor> tensors() {
    return List.of(mean, logVariance);
  }

  /**
   * Numbers drawn from the distributions by the thread's generator, {@code [batch, latent]}, as
   * {@code mean + deviation * noise}: gradients reach both (the reparameterisation of Kingma and
   * Welling 2014, "Auto-encoding variational Bayes").
   */
  public Tensor sample() {
    Tensor noise = Creation.randn(mean.spec());
    return mean.add(logVariance.mul(0.5).exp().mul(noise));
  }

  /**
   * The Kullback-Leibler divergence of each from the standard normal distribution, {@code [batch]},
   * in nats: {@code (mean^2 + variance - 1 - log variance) / 2}, summed over the numbers.
   */
  public Tensor divergence() {
    return mean.square()
        .add(logVariance.exp())
        .sub(1)
        .sub(logVariance)
        .mul(0.5)
        .sum(new int[] {1}, false);
  }
}
