package ai.cresset.jobs.workload.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ai.cresset.data.Batch;
import ai.cresset.data.Dataset;
import ai.cresset.jobs.workload.VariedImages;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Images look the same whoever reads them, and otherwise in every epoch. */
final class ImageAugmentationTest {
  private static final int SIDE = 6;

  /** Ramps of brightness, each from another start. */
  private static final class Ramps implements Dataset {
    @Override
    public long size() {
      return 20;
    }

    @Override
    public Batch gather(long[] samples) {
      double[] elements = new double[samples.length * SIDE * SIDE];
      for (int i = 0; i < elements.length; i++) {
        elements[i] = 1 + samples[i / (SIDE * SIDE)] + i % (SIDE * SIDE);
      }
      Tensor images = Tensor.of(elements, samples.length, SIDE * SIDE).to(DType.UINT8);
      return Batch.of(
          Map.of(
              ImageTrainable.IMAGE,
              images,
              ImageTrainable.LABEL,
              Tensor.of(samples, samples.length)));
    }

    @Override
    public String fingerprint() {
      return "ramps";
    }

    @Override
    public void close() {}
  }

  private static Dataset varied(ImageAugmentation moves, long seed) {
    return new VariedImages(
        new Ramps(),
        ImageTrainable.IMAGE,
        (images, numbers) -> moves.apply(images, SIDE, SIDE, seed, numbers));
  }

  private static List<Double> image(Dataset data, long epoch, int at, long... samples) {
    try (Scope scope = Scope.open("image")) {
      Batch batch = data.gather(samples, epoch);
      assertEquals(samples.length, batch.size());
      assertArrayEquals(samples, batch.get(ImageTrainable.LABEL).toLongArray());
      double[] elements = batch.get(ImageTrainable.IMAGE).select(0, at).toDoubleArray();
      return Arrays.stream(elements).boxed().toList();
    }
  }

  @Test
  void anImageDependsOnSeedEpochAndPlaceAlone() {
    ImageAugmentation moves = new ImageAugmentation(2, true);
    try (Dataset data = varied(moves, 7);
        Dataset other = varied(moves, 8)) {
      // One worker reads it with others, another alone, a third in another place.
      List<Double> first = image(data, 3, 1, 4, 11, 5);
      assertEquals(first, image(data, 3, 0, 11));
      assertEquals(first, image(data, 3, 3, 0, 1, 2, 11));
      Set<List<Double>> looks = new HashSet<>();
      for (int epoch = 0; epoch < 40; epoch++) {
        looks.add(image(data, epoch, 0, 11));
      }
      assertFalse(looks.size() < 20, "only " + looks.size() + " of 50 looks in 40 epochs");
      assertNotEquals(
          List.of(image(data, 0, 0, 11), image(data, 1, 0, 11), image(data, 2, 0, 11)),
          List.of(image(other, 0, 0, 11), image(other, 1, 0, 11), image(other, 2, 0, 11)));
      // Outside of training images are as they are.
      try (Scope scope = Scope.open("plain")) {
        double[] plain = data.gather(new long[] {11}).get(ImageTrainable.IMAGE).toDoubleArray();
        assertEquals(12, plain[0]);
        assertEquals(12 + SIDE * SIDE - 1, plain[plain.length - 1]);
      }
    }
  }
}
