package ai.cresset.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.backend.Convolution;
import ai.cresset.backend.View;
import ai.cresset.memory.Storage;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.functional.Convolutions;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.Collections;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What oneDNN chooses for convolutions, and that it computes the same bits again. */
@ExtendWith(LeakCheck.class)
class DnnlConvolutionTest {
  /** batch, channels, out channels, size, kernel, stride, padding, groups. */
  private static final int[][] USUAL = {
    {32, 3, 64, 32, 3, 1, 1, 1},
    {32, 64, 64, 32, 3, 1, 1, 1},
    {16, 128, 256, 8, 3, 1, 1, 1},
    {16, 3, 64, 64, 7, 2, 3, 1},
    {16, 64, 128, 16, 1, 2, 0, 1},
    {8, 32, 32, 16, 3, 1, 1, 32},
    {8, 64, 64, 16, 3, 1, 1, 4},
    {4, 1, 6, 28, 5, 1, 0, 1},
  };

  private static View view(Storage memory, long... sizes) {
    return View.contiguous(memory, Shape.of(sizes), DType.FLOAT32);
  }

  @Test
  void noUsualConvolutionTakesAReferenceLoop() {
    DnnlConvolution dnnl = new DnnlConvolution();
    Storage memory = Tensor.zeros(1).storage();
    for (int[] s : USUAL) {
      Convolution window =
          new Convolution(
                  Collections.nCopies(2, s[5]),
                  Collections.nCopies(2, s[6]),
                  Collections.nCopies(2, s[6]),
                  Collections.nCopies(2, 1),
                  s[7])
              .volume();
      long out = window.outputSize(2, s[3], s[4]);
      View x = view(memory, s[0], s[1], 1, s[3], s[3]);
      View w = view(memory, s[2], s[1] / s[7], 1, s[4], s[4]);
      View y = view(memory, s[0], s[2], 1, out, out);
      for (DnnlConvolution.Kind kind : DnnlConvolution.Kind.values()) {
        assertTrue(dnnl.takes(kind, window, x, w, false, y), () -> kind + " " + window);
        String name = dnnl.implementation(kind, window, x, w, false, y);
        assertFalse(name.contains("ref"), () -> kind + " of " + w.shape() + ": " + name);
      }
    }
  }

  @Test
  void theSameConvolutionGivesTheSameBits() {
    assertArrayEquals(gradients(), gradients());
  }

  private static double[] gradients() {
    Generator generator = new Generator(3);
    Tensor x = normal(generator, 4, 8, 9, 9).requiresGrad(true);
    Tensor w = normal(generator, 16, 8, 3, 3).requiresGrad(true);
    Tensor y = Convolutions.conv2d(x, w, null, ConvolutionOptions.DEFAULT.padding(1));
    y.square().sum().backward();
    double[] all = new double[(int) (x.numel() + w.numel())];
    double[] first = Objects.requireNonNull(x.grad()).toDoubleArray();
    double[] second = Objects.requireNonNull(w.grad()).toDoubleArray();
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private static Tensor normal(Generator generator, long... sizes) {
    return Creation.normal(new Spec(Shape.of(sizes), DType.FLOAT32, Device.CPU), 0, 1, generator);
  }
}
