package ai.cresset.nn.functional;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.MemoryFormat;
import ai.cresset.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Images lie channels-last behind their shapes, and nobody notices. */
@ExtendWith(LeakCheck.class)
class ImageLayoutTest {
  private static final ConvolutionOptions SAME = ConvolutionOptions.DEFAULT.padding(1);

  private static Tensor normal(long... sizes) {
    return Creation.normal(
        Tensor.zeros(sizes).spec(), 0, 1, new Generator(sizes[sizes.length - 1]));
  }

  private static Tensor convolved() {
    return Convolutions.conv2d(normal(2, 3, 4, 5), normal(6, 3, 3, 3), null, SAME);
  }

  private static boolean last(Tensor x) {
    return MemoryFormat.of(x) == MemoryFormat.CHANNELS_LAST;
  }

  @Test
  void aConvolutionLeavesChannelsLast() {
    assertEquals("[120, 1, 30, 6]", convolved().strides().toString());
    Tensor line = Convolutions.conv1d(normal(2, 3, 7), normal(4, 3, 3), null);
    assertEquals("[20, 1, 4]", line.strides().toString());
    Tensor volume = Convolutions.conv3d(normal(1, 2, 3, 3, 3), normal(4, 2, 2, 2, 2), null);
    assertTrue(last(volume));
  }

  @Test
  void theLayoutStaysThroughANetwork() {
    Tensor x = convolved();
    assertTrue(last(x.relu()));
    assertTrue(last(x.add(x.relu().mul(2))));
    assertTrue(last(x.add(normal(2, 6, 4, 5))));
    assertTrue(last(x.mul(normal(6, 1, 1))));
    assertTrue(last(Layers.dropout(x, 0.5, true, new Generator(1))));
    Tensor normed = Normalizations.batchNorm(x, null, null, null, null, true, 0, 1e-5);
    assertTrue(last(normed));
    assertTrue(last(Poolings.maxPool2d(normed, MaxPoolOptions.of(2))));
    assertTrue(last(Poolings.avgPool2d(normed, AveragePoolOptions.of(2))));
    assertTrue(last(Padding.pad(normed, 1, 1, 1, 1)));
  }

  @Test
  void viewAndFlattenAndArraysReadRowMajor() {
    Tensor x = convolved();
    double[] expected = x.copy().toDoubleArray();
    long before = MemoryFormat.reorders();
    assertArrayEquals(expected, x.view(2, -1).toDoubleArray());
    assertEquals(before + 1, MemoryFormat.reorders());
    assertArrayEquals(expected, x.flatten(1, -1).toDoubleArray());
    assertArrayEquals(expected, x.reshape(-1).toDoubleArray());
    assertEquals(before + 3, MemoryFormat.reorders());
    assertArrayEquals(expected, x.toDoubleArray());
    assertEquals("[12, 20]", x.view(12, 20).shape().toString());
  }

  @Test
  void aViewThatNeedsNoCopyMakesNone() {
    Tensor x = convolved();
    long before = MemoryFormat.reorders();
    Tensor split = x.view(2, 2, 3, 4, 5);
    assertEquals(x.storage().address(), split.storage().address());
    assertEquals(before, MemoryFormat.reorders());
  }

  @Test
  void elementWiseResultsInAnyOrderHaveTheSameElements() {
    Tensor x = convolved();
    Tensor plain = x.copy();
    Tensor row = normal(5);
    Tensor channel = normal(6, 1, 1);
    assertArrayEquals(
        plain.mul(row).add(channel).tanh().toFloatArray(),
        x.mul(row).add(channel).tanh().toFloatArray());
    assertArrayEquals(
        Layers.dropout(plain, 0.5, true, new Generator(7)).toFloatArray(),
        Layers.dropout(x, 0.5, true, new Generator(7)).toFloatArray());
    Tensor permuted = normal(3, 4, 5).permute(2, 0, 1);
    assertArrayEquals(permuted.copy().exp().toFloatArray(), permuted.exp().toFloatArray());
  }

  @Test
  void runningStatisticsMixInPlace() {
    Tensor x = normal(4, 3, 2, 2);
    Tensor mean = Tensor.zeros(3);
    Tensor variance = Tensor.ones(3);
    Normalizations.batchNorm(x, mean, variance, null, null, true, 0.25, 1e-5);
    int[] dims = {0, 2, 3};
    assertArrayEquals(x.mean(dims, false).mul(0.25).toFloatArray(), mean.toFloatArray(), 1e-6f);
    assertArrayEquals(
        x.var(dims, 1, false).mul(0.25).add(0.75).toFloatArray(), variance.toFloatArray(), 1e-6f);
  }
}
