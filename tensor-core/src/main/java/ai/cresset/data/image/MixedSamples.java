package ai.cresset.data.image;

import ai.cresset.data.Batch;
import ai.cresset.data.Dataset;
import ai.cresset.data.Fingerprint;
import ai.cresset.data.transform.Draws;
import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Images mixed with others of the data set, for training. Which one, and how much of it, follows
 * from seed, epoch and sample alone, where torchvision mixes neighbours of a batch: so a sample is
 * the same whatever the batches are and however many ranks there are. Inputs are float32 {@code
 * [batch, channels, height, width]}, targets shares of the classes, float32 {@code [batch,
 * classes]}, which cross entropy takes.
 */
public final class MixedSamples implements Dataset {
  private final Dataset plain;
  private final String inputs;
  private final String targets;
  private final Mixing mixing;
  private final double alpha;
  private final int classes;
  private final long seed;

  /** How two images become one. */
  public enum Mixing {
    /** Weighted sums: Zhang et al., "mixup: beyond empirical risk minimization", 2018. */
    MIX_UP,
    /** A rectangle of the other: Yun et al., "CutMix", 2019. */
    CUT_MIX
  }

  /**
   * Mixed samples.
   *
   * @param plain closed with this
   * @param inputs the name of the images, {@code [batch, channels, height, width]}
   * @param targets the name of the classes, int64 {@code [batch]}
   * @param alpha both parameters of the Beta distribution that shares are drawn from, above 0
   * @param classes how many there are
   */
  public MixedSamples(
      Dataset plain,
      String inputs,
      String targets,
      Mixing mixing,
      double alpha,
      int classes,
      long seed) {
    if (!(alpha > 0) || Double.isInfinite(alpha)) {
      throw ConfigException.value("alpha of " + mixing, alpha, "a number above 0");
    }
    if (classes < 2) {
      throw ConfigException.value("classes", classes, "at least 2");
    }
    this.plain = plain;
    this.inputs = inputs;
    this.targets = targets;
    this.mixing = mixing;
    this.alpha = alpha;
    this.classes = classes;
    this.seed = seed;
  }

  @Override
  public long size() {
    return plain.size();
  }

  /** Not mixed, with shares of the classes for targets. */
  @Override
  public Batch gather(long[] samples) {
    try (Scope scope = Scope.open("plain samples")) {
      Batch batch = plain.gather(samples);
      Map<String, Tensor> tensors = new LinkedHashMap<>(batch.tensors());
      tensors.put(inputs, batch.get(inputs).to(DType.FLOAT32));
      tensors.put(targets, shares(batch.get(targets)));
      tensors.values().forEach(scope::keep);
      return Batch.of(tensors);
    }
  }

  @Override
  public Batch gather(long[] samples, long epoch) {
    try (Scope scope = Scope.open("mixed samples")) {
      Draws[] draws = new Draws[samples.length];
      long[] partners = new long[samples.length];
      for (int i = 0; i < samples.length; i++) {
        draws[i] = new Draws(seed, epoch, samples[i]);
        partners[i] = draws[i].below(Math.toIntExact(plain.size()));
      }
      Batch own = plain.gather(samples, epoch);
      Batch other = plain.gather(partners, epoch);
      Tensor images = own.get(inputs).to(DType.FLOAT32);
      if (images.rank() != 4) {
        throw ShapeException.mismatch(
            mixing.toString(), "images [batch, channels, height, width]", images.spec());
      }
      Tensor mask = mask(draws, (int) images.size(2), (int) images.size(3));
      Tensor part = mask.mean(new int[] {2, 3}, false).reshape(samples.length, 1);
      Tensor rest = mask.neg().add(1);
      Map<String, Tensor> tensors = new LinkedHashMap<>(own.tensors());
      tensors.put(inputs, images.mul(mask).add(other.get(inputs).to(DType.FLOAT32).mul(rest)));
      tensors.put(
          targets,
          shares(own.get(targets))
              .mul(part)
              .add(shares(other.get(targets)).mul(part.neg().add(1)))
              .contiguous());
      tensors.values().forEach(scope::keep);
      return Batch.of(tensors);
    }
  }

  /** How much of the sample itself there is, {@code [batch, 1, height, width]}. */
  private Tensor mask(Draws[] draws, int height, int width) {
    float[] mask = new float[draws.length * height * width];
    for (int i = 0; i < draws.length; i++) {
      double share = draws[i].beta(alpha, alpha);
      int from = i * height * width;
      if (mixing == Mixing.MIX_UP) {
        Arrays.fill(mask, from, from + height * width, (float) share);
        continue;
      }
      int middleX = draws[i].below(width);
      int middleY = draws[i].below(height);
      double half = 0.5 * Math.sqrt(1 - share);
      int left = Math.max(0, middleX - (int) (half * width));
      int right = Math.min(width, middleX + (int) (half * width));
      int top = Math.max(0, middleY - (int) (half * height));
      int bottom = Math.min(height, middleY + (int) (half * height));
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          boolean inside = y >= top && y < bottom && x >= left && x < right;
          mask[from + y * width + x] = inside ? 0 : 1;
        }
      }
    }
    return Tensor.of(mask, draws.length, 1, height, width);
  }

  private Tensor shares(Tensor numbers) {
    long[] labels = numbers.reshape(numbers.size(0)).toLongArray();
    float[] shares = new float[labels.length * classes];
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw DataException.because(
            "class " + labels[i] + " of " + classes + " classes; expected 0 to " + (classes - 1));
      }
      shares[i * classes + (int) labels[i]] = 1;
    }
    return Tensor.of(shares, labels.length, classes);
  }

  @Override
  public String fingerprint() {
    return new Fingerprint()
        .add(plain.fingerprint())
        .add(mixing + " " + alpha + " " + classes + " " + seed)
        .hex();
  }

  @Override
  public void close() {
    plain.close();
  }
}
