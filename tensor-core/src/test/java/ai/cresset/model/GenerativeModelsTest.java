package ai.cresset.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.golden.Close;
import ai.cresset.golden.GoldenFile;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.StateDict;
import ai.cresset.nn.functional.Losses;
import ai.cresset.random.Generator;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Networks that make images, beside PyTorch; {@code tests/peers/generative_models.py} wrote the
 * fixture.
 */
@ExtendWith(LeakCheck.class)
class GenerativeModelsTest {
  /** Between the two losses that a gradient is compared with. */
  private static final double STEP = 1e-6;

  private static final double TOLERANCE = 1e-10;
  private static final GoldenFile GOLDEN = GoldenFile.open("generative.safetensors");
  private static final ImageCoderConfig CONFIG = new ImageCoderConfig(2, 7, 6, 3, 2, 4, true);
  private static final Placement EXACT = Placement.DEFAULT.withDType(DType.FLOAT64);

  private static Tensor tensor(String key) {
    return GOLDEN.tensor(key, DType.FLOAT64);
  }

  private static void check(String key, Tensor got) {
    Close.assertClose(key, GOLDEN.doubles(key), got, TOLERANCE, TOLERANCE);
  }

  private static void load(Layer model, String prefix) {
    String initial = prefix + "initial.";
    try (StateDict state = new StateDict()) {
      for (String key : GOLDEN.keys(initial)) {
        state.put(key.substring(initial.length()), tensor(key));
      }
      model.loadStateDict(state);
    }
  }

  private static void checkGradients(Layer model, String prefix) {
    model
        .namedParameters()
        .forEach(
            (name, each) -> check(prefix + "grad." + name, Objects.requireNonNull(each.grad())));
  }

  @Test
  void anAutoencoderEqualsPyTorch() {
    try (ConvolutionalAutoencoder model = new ConvolutionalAutoencoder(CONFIG, EXACT);
        Scope scope = Scope.open("test")) {
      load(model, "ae.");
      Tensor images = tensor("images");
      check("ae.output", model.call(images));
      check("ae.output", model.decode(model.encode(images)));
      Loss loss = model.loss(images);
      check("ae.loss", loss.sum());
      assertEquals(images.numel(), loss.weight());
      loss.sum().backward();
      checkGradients(model, "ae.");
    }
  }

  @Test
  void aVariationalAutoencoderEqualsPyTorch() {
    try (VariationalAutoencoder model = new VariationalAutoencoder(CONFIG, EXACT);
        Scope scope = Scope.open("test")) {
      load(model, "vae.");
      Tensor images = tensor("images");
      LatentDistribution found = model.encode(images);
      check("vae.mean", found.mean());
      check("vae.log_variance", found.logVariance());
      check("vae.divergence", found.divergence());
      // Without the noise, which is another one in PyTorch.
      Tensor cost = Losses.binaryCrossEntropy(model.decode(found.mean()), images, null).sum();
      check("vae.reconstruction", cost);
      cost.add(found.divergence().sum()).backward();
      checkGradients(model, "vae.");
    }
  }

  /** The loss is made of the parts that are compared above, at numbers that are drawn. */
  @Test
  void theBoundIsTakenAtADraw() {
    Generator before = Generator.use(new Generator(9));
    try (VariationalAutoencoder model = new VariationalAutoencoder(CONFIG, EXACT);
        Scope scope = Scope.open("test")) {
      Tensor images = tensor("images");
      Generator.use(new Generator(4));
      Loss loss = model.loss(images, 2.5);
      Generator.use(new Generator(4));
      LatentDistribution found = model.encode(images);
      Tensor drawn = found.sample();
      Tensor cost = Losses.binaryCrossEntropy(model.decode(drawn), images, null, LossReduction.SUM);
      double expected = cost.item() + 2.5 * found.divergence().sum().item();
      assertEquals(expected, loss.sum().item(), 1e-9 * expected);
      assertEquals(5, loss.weight());
      // Deviations are what the noise is multiplied with: a draw at half the variance is nearer.
      Tensor spread = found.logVariance().mul(0.5).exp();
      double away = drawn.sub(found.mean()).div(spread).square().mean().item();
      assertTrue(away > 0.2 && away < 3, "15 squares of standard normal numbers: " + away);
    } finally {
      Generator.use(before);
    }
  }

  @Test
  void aGeneratorAndItsDiscriminatorEqualPyTorch() {
    try (GenerativeAdversarialNetwork model = new GenerativeAdversarialNetwork(CONFIG, EXACT);
        Scope scope = Scope.open("test")) {
      load(model, "gan.");
      Tensor images = tensor("images");
      Tensor latent = tensor("latent");
      check("gan.made", model.call(latent));
      Loss against = model.discriminatorLoss(images, latent, 0.9);
      Loss towards = model.generatorLoss(latent);
      check("gan.discriminator", against.sum());
      check("gan.generator", towards.sum());
      assertEquals(5, against.weight());
      assertEquals(5, towards.weight());
      against.sum().backward();
      for (Parameter each : model.generator().parameters()) {
        assertEquals(null, each.grad(), "the discriminator's loss ends at made images");
      }
      towards.sum().backward();
      checkGradients(model, "gan.");
    }
  }

  /** Its gradient goes through the gradient of each layer of the discriminator. */
  @Test
  void thePenaltyIsTheSquaredSlopeOfTheDiscriminator() {
    try (GenerativeAdversarialNetwork model = new GenerativeAdversarialNetwork(CONFIG, EXACT);
        Scope scope = Scope.open("test")) {
      load(model, "gan.");
      Tensor images = tensor("images");
      Tensor latent = tensor("latent");
      Tensor seen = images.detachedClone().requiresGrad(true);
      model.discriminate(seen).sum().backward();
      double slope = Objects.requireNonNull(seen.grad()).square().sum().item();
      model.parameters().forEach(Tensor::zeroGrad);
      double without = model.discriminatorLoss(images, latent, 0.9, 0).sum().item();
      Tensor with = model.discriminatorLoss(images, latent, 0.9, 3).sum();
      assertEquals(without + 1.5 * slope, with.item(), 1e-9 * with.item());
      with.backward();
      for (Parameter each : model.discriminator().parameters()) {
        Tensor values = each.detach().flatten();
        double gradient =
            Objects.requireNonNull(each.grad()).flatten().select(0, 0).item(); // of its first
        double before = values.select(0, 0).item();
        double[] losses = new double[2];
        for (int side = 0; side < 2; side++) {
          values.select(0, 0).fill_(before + (side == 0 ? STEP : -STEP));
          losses[side] = model.discriminatorLoss(images, latent, 0.9, 3).sum().item();
        }
        values.select(0, 0).fill_(before);
        double expected = (losses[0] - losses[1]) / (2 * STEP);
        assertEquals(expected, gradient, 1e-5 * Math.max(1, Math.abs(expected)), each.toString());
      }
    }
  }

  @Test
  void imagesOfAnySizeComeBackAsTheyWere() {
    long[][] shapes = {{1, 28, 28}, {3, 5, 9}, {2, 13, 4}, {5, 4, 31}};
    for (long[] shape : shapes) {
      for (boolean norm : new boolean[] {true, false}) {
        ImageCoderConfig config = new ImageCoderConfig(shape[0], shape[1], shape[2], 3, 2, 6, norm);
        try (ConvolutionalAutoencoder model = new ConvolutionalAutoencoder(config);
            Scope scope = Scope.open("images")) {
          Tensor images = Tensor.rand(2, shape[0], shape[1], shape[2]);
          assertEquals(Shape.of(2, 3), model.encode(images).shape());
          assertEquals(images.shape(), model.call(images).shape());
        }
      }
    }
  }

  @Test
  void whatCannotBeBuiltIsRefused() {
    assertEquals(
        "ImageCoderConfig.numStages: expected at most 2, because each halves an image of 7 x 6,"
            + " got 3",
        assertThrows(ConfigException.class, () -> new ImageCoderConfig(1, 7, 6, 3, 3, 4, true))
            .getMessage());
    assertEquals(
        "ImageCoderConfig.latent: expected a number of at least 1, got 0",
        assertThrows(ConfigException.class, () -> ImageCoderConfig.of(1, 8, 8, 0)).getMessage());
  }
}
