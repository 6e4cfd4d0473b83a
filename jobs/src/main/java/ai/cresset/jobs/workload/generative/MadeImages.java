package ai.cresset.jobs.workload.generative;

import ai.cresset.data.image.DecodedImage;
import ai.cresset.data.image.ImageDecoder;
import ai.cresset.data.image.ImageMode;
import ai.cresset.data.transform.Draws;
import ai.cresset.data.transform.Resize;
import ai.cresset.error.ConfigException;
import ai.cresset.jobs.recipe.GenerativeModelSettings.Kind;
import ai.cresset.memory.Scope;
import ai.cresset.model.GenerativeAdversarialNetwork;
import ai.cresset.model.VariationalAutoencoder;
import ai.cresset.nn.Layer;
import ai.cresset.random.Generator;
import ai.cresset.report.Picture;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Images that a trained network makes.
 *
 * @param file what the network is
 */
public record MadeImages(GenerativeModelFile file) {
  private static final int BATCH = 64;

  /**
   * Refuses what this network cannot do, before it is built.
   *
   * @param given whether images are given, to be made again
   */
  public void check(boolean given) {
    Kind kind = file.settings().kind();
    if (given && kind == Kind.GAN) {
      throw ConfigException.because(
          "--from: a gan makes images of random numbers alone; leave it out, or name the output"
              + " directory of an autoencoder or a vae");
    }
    if (!given && kind == Kind.AUTOENCODER) {
      throw ConfigException.because(
          "an autoencoder makes images of others alone; name some with --from, or the output"
              + " directory of a vae or a gan");
    }
    int channels = file.channels();
    if (given && channels != 1 && channels != 3) {
      throw ConfigException.because(
          "--from: image files have 1 or 3 channels, and the network takes " + channels);
    }
  }

  /**
   * New images, of standard normal numbers.
   *
   * @param model as {@link GenerativeModelFile#build} makes it, a VAE or a GAN
   */
  public List<Picture> draw(Layer model, int count, long seed) {
    model.eval();
    ImageBatches batches = new ImageBatches(file);
    List<Picture> made = new ArrayList<>();
    Generator before = Generator.use(new Generator(seed));
    try (GradMode.Restore off = GradMode.disable()) {
      while (made.size() < count) {
        try (Scope scope = Scope.open("made images")) {
          Tensor latent = batches.latent(BATCH, Device.CPU); // so many, whatever is left to make
          Tensor images = decoded(model, latent);
          for (int i = 0; i < BATCH && made.size() < count; i++) {
            made.add(batches.picture(images.select(0, i)));
          }
        }
      }
      return made;
    } finally {
      Generator.use(before);
    }
  }

  private static Tensor decoded(Layer model, Tensor latent) {
    if (model instanceof VariationalAutoencoder vae) {
      return vae.decode(latent);
    }
    if (model instanceof GenerativeAdversarialNetwork gan) {
      return gan.call(latent);
    }
    throw new IllegalStateException("check() refuses what has no numbers of its own");
  }

  /**
   * What comes back of an image file, which is brought to the size and the channels that the
   * network takes.
   *
   * @param model as {@link GenerativeModelFile#build} makes it, an autoencoder or a VAE
   * @throws ai.cresset.error.DataException if it cannot be read
   */
  public Picture rebuild(Layer model, Path image) {
    model.eval();
    ImageBatches batches = new ImageBatches(file);
    ImageMode mode = file.channels() == 1 ? ImageMode.GRAY : ImageMode.RGB;
    DecodedImage decoded = new ImageDecoder(mode).decode(image);
    if (decoded.height() != file.height() || decoded.width() != file.width()) {
      decoded = decoded.transformed(new Resize(file.height(), file.width()), new Draws(0, 0, 0));
    }
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("rebuilt image")) {
      Tensor rebuilt = model.call(batches.images(decoded.tensor().unsqueeze(0)));
      return batches.picture(rebuilt.select(0, 0));
    }
  }
}
