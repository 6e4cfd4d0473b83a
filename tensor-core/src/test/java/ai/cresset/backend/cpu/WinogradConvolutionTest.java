package ai.cresset.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.backend.Convolution;
import ai.cresset.backend.View;
import ai.cresset.memory.Storage;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions by tiles equal the definition in float64, with the same bits for any threads. */
@ExtendWith(LeakCheck.class)
class WinogradConvolutionTest {
  /** What an element may be off by, of the largest one: some eight units in its last place. */
  private static final double ERROR = 1e-6;

  private final CpuBackend one = new CpuBackend(1, VectorKernelsLoader.kernels());
  private final CpuBackend three = new CpuBackend(3, VectorKernelsLoader.kernels());
  private final CpuBackend plain = new CpuBackend(2, new PlainKernels());

  /** The operands of a convolution and where its results go. */
  private record Case(Convolution window, Tensor x, Tensor w, Tensor bias, Tensor y) {
    static Case of(long n, long c, long k, long height, long width, int top, int left, int more) {
      Convolution window =
          new Convolution(List.of(1, 1), List.of(top, left), List.of(more, more), List.of(1, 1), 1);
      Shape y = Shape.of(n, k, height + top + more - 2, width + left + more - 2);
      return new Case(
          window,
          normal(1, Shape.of(n, c, height, width)),
          normal(2, Shape.of(k, c, 3, 3)),
          normal(3, Shape.of(k)),
          normal(4, y));
    }

    Case wide() {
      return new Case(
          window,
          x.to(DType.FLOAT64),
          w.to(DType.FLOAT64),
          bias.to(DType.FLOAT64),
          y.to(DType.FLOAT64));
    }

    boolean isTaken() {
      return WinogradConvolution.takes(window.volume(), volume(x), volume(w), volume(y));
    }

    private static View volume(Tensor tensor) {
      return view(tensor).volume();
    }

    /** The output, without and with a bias, and the gradients of input and weight. */
    List<double[]> results(CpuBackend backend) {
      Tensor output = Creation.zerosLike(y);
      Tensor biased = Creation.zerosLike(y);
      Tensor input = Creation.zerosLike(x);
      Tensor weight = Creation.zerosLike(w);
      backend.convolution(window, view(x), view(w), null, view(output));
      backend.convolution(window, view(x), view(w), view(bias), view(biased));
      backend.convolutionInput(window, view(y), view(w), view(input));
      backend.convolutionWeight(window, view(x), view(y), view(weight));
      return List.of(
          output.toDoubleArray(),
          biased.toDoubleArray(),
          input.toDoubleArray(),
          weight.toDoubleArray());
    }
  }

  private static View view(Tensor tensor) {
    Storage storage = tensor.storage();
    return new View(storage, 0, tensor.shape(), tensor.strides(), tensor.dtype());
  }

  private static Tensor normal(long seed, Shape shape) {
    Spec spec = new Spec(shape, DType.FLOAT32, Device.CPU);
    return Creation.normal(spec, 0, 1, new Generator(seed));
  }

  @ParameterizedTest
  @CsvSource({
    "2,32,64,16,16,1,1,1",
    "1,64,48,33,35,1,1,1", // odd sizes, two runs of a row
    "16,64,32,8,8,0,0,0", // no padding
    "6,33,67,14,9,2,1,0", // channels that fill no vector, padding before only
    "1,70,32,20,70,0,2,2", // three runs of a row
    "40,32,64,6,6,1,1,1", // many small images: blocks reach over them
    "8,520,256,8,8,1,1,1", // larger blocks, one part
  })
  void equalTheDefinition(
      long n, long c, long k, long height, long width, int top, int left, int more) {
    Case single = Case.of(n, c, k, height, width, top, left, more);
    assertTrue(single.isTaken());
    List<double[]> expected = single.wide().results(one);
    List<double[]> results = single.results(one);
    for (int i = 0; i < expected.size(); i++) {
      double largest = 0;
      double error = 0;
      for (int j = 0; j < expected.get(i).length; j++) {
        largest = Math.max(largest, Math.abs(expected.get(i)[j]));
        error = Math.max(error, Math.abs(expected.get(i)[j] - results.get(i)[j]));
      }
      assertEquals(0, error / largest, ERROR, "result " + i);
    }
    List<double[]> threads = single.results(three);
    List<double[]> loops = single.results(plain);
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(results.get(i), threads.get(i), "threads, result " + i);
      assertArrayEquals(results.get(i), loops.get(i), "plain loops, result " + i);
    }
  }

  @Test
  void takesOnlyWhereItIsFaster() {
    assertTrue(Case.of(8, 32, 64, 8, 8, 1, 1, 1).isTaken());
    assertFalse(Case.of(7, 32, 64, 8, 8, 1, 1, 1).isTaken(), "few tiles");
    assertFalse(Case.of(8, 31, 96, 32, 32, 1, 1, 1).isTaken(), "few channels");
    assertFalse(Case.of(8, 96, 31, 32, 32, 1, 1, 1).isTaken(), "few outputs");
    assertFalse(Case.of(8, 32, 63, 32, 32, 1, 1, 1).isTaken(), "few of both");
    assertFalse(Case.of(64, 64, 64, 4, 4, 1, 1, 1).isTaken(), "small images");
    assertFalse(Case.of(8, 32, 64, 16, 16, 3, 1, 1).isTaken(), "more padding than taps");
  }
}
