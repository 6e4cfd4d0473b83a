package ai.cresset.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.golden.NativeMemoryCheck;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Placement;
import ai.cresset.nn.attention.CausalSelfAttention;
import ai.cresset.nn.container.ModuleList;
import ai.cresset.nn.norm.LayerNorm;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeMemoryCheck.class)
class LayerTest {
  @Test
  void layersMakeParametersWhereTheirPlacementSays() {
    Placement wide = Placement.DEFAULT.withDType(DType.FLOAT64);
    try (Linear linear = new Linear(3, 2, false, wide);
        LayerNorm norm = new LayerNorm(4, false, wide);
        Embedding embedding = new Embedding(5, 6, wide)) {
      assertEquals("float64[2, 3]", linear.weight().spec().toString());
      assertNull(linear.bias());
      assertNull(norm.bias());
      assertArrayEquals(
          new double[] {1, 1, 1, 1}, Objects.requireNonNull(norm.weight()).toDoubleArray());
      assertEquals("float64[5, 6]", embedding.weight().spec().toString());
    }
  }

  @Test
  void dropoutDropsInTrainingOnlyAndKeepsTheMean() {
    Generator before = Generator.use(new Generator(4));
    try (Dropout dropout = new Dropout(0.25);
        Scope scope = Scope.open("test")) {
      Tensor ones = Tensor.ones(100, 100);
      float[] values = dropout.call(ones).toFloatArray();
      long zeros = 0;
      for (float value : values) {
        assertTrue(value == 0 || Math.abs(value - 4 / 3f) < 1e-6);
        zeros += value == 0 ? 1 : 0;
      }
      assertEquals(0.25, zeros / 1e4, 0.02);
      dropout.eval();
      assertSame(ones, dropout.call(ones));
    } finally {
      Generator.use(before);
    }
    assertEquals(
        "dropout: expected a probability in [0, 1], got 1.5",
        assertThrows(ConfigException.class, () -> new Dropout(1.5)).getMessage());
  }

  @Test
  void attentionDoesNotSeeLaterPositions() {
    try (CausalSelfAttention attention = new CausalSelfAttention(8, 2, 0, true, Placement.DEFAULT);
        Scope scope = Scope.open("test")) {
      double[] values = new double[5 * 8];
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.sin(i);
      }
      double[] before = attended(attention, values);
      Arrays.fill(values, 3 * 8, 5 * 8, 9);
      double[] after = attended(attention, values);
      assertArrayEquals(Arrays.copyOf(before, 3 * 8), Arrays.copyOf(after, 3 * 8), 1e-6);
      assertTrue(Math.abs(before[3 * 8] - after[3 * 8]) > 1e-3);
    }
    assertEquals(
        "attention: the width must be a multiple of the number of heads, got width 8 and 3 heads",
        assertThrows(
                ConfigException.class,
                () -> new CausalSelfAttention(8, 3, 0, true, Placement.DEFAULT))
            .getMessage());
  }

  private static double[] attended(CausalSelfAttention attention, double[] values) {
    Tensor input = Tensor.of(values, 1, 5, 8).to(DType.FLOAT32);
    return attention.call(input).toDoubleArray();
  }

  @Test
  void listsNameTheirModulesByPosition() {
    try (ModuleList<Linear> list =
        new ModuleList<>(List.of(new Linear(1, 2), new Linear(2, 3, false)))) {
      assertEquals(2, list.size());
      assertEquals(
          List.of("0.weight", "0.bias", "1.weight"), List.copyOf(list.namedParameters().keySet()));
      assertSame(list.get(1), list.namedChildren().get("1"));
    }
  }
}
