package ai.cresset.nn.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.cresset.nn.Placement;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What masks hide has no influence, whatever their form. */
@ExtendWith(LeakCheck.class)
class AttentionMasksTest {
  private static final AttentionOptions BATCH_FIRST = AttentionOptions.DEFAULT.withBatchFirst(true);

  @Test
  void paddedKeysAreAsGoodAsAbsent() {
    try (MultiheadAttention attention =
        new MultiheadAttention(8, 2, BATCH_FIRST, Placement.DEFAULT)) {
      Tensor query = Tensor.randn(2, 3, 8);
      Tensor key = Tensor.randn(2, 5, 8);
      Tensor shorter = key.narrow(1, 0, 4);
      Tensor padding = Tensor.of(new long[] {0, 0, 0, 0, 1, 0, 0, 0, 0, 1}, 2, 5).ne(0);
      AttentionMasks masks = AttentionMasks.keyPadding(padding);
      Tensor expected = attention.call(query, shorter, shorter).output();
      for (boolean weights : new boolean[] {true, false}) {
        Tensor got = attention.call(query, key, key, masks, weights).output();
        assertArrayEquals(expected.toFloatArray(), got.toFloatArray(), 1e-5f);
      }
    }
  }

  @Test
  void causalPositionsSeeNothingOfTheFuture() {
    try (MultiheadAttention attention =
        new MultiheadAttention(8, 4, BATCH_FIRST, Placement.DEFAULT)) {
      Tensor x = Tensor.randn(2, 4, 8);
      AttentionMasks masks = AttentionMasks.causal(4, x.device());
      AttentionOutput all = attention.call(x, x, x, masks, true);
      Tensor start = x.narrow(1, 0, 1);
      Tensor first = attention.call(start, start, start).output();
      assertArrayEquals(first.toFloatArray(), all.output().narrow(1, 0, 1).toFloatArray(), 1e-5f);
      Tensor weights = Objects.requireNonNull(all.weights());
      assertEquals(0, weights.triu(1).abs().sum().item());
    }
  }

  @Test
  void numbersAreAddedAndHeadsMayHaveMasksOfTheirOwn() {
    try (MultiheadAttention attention =
        new MultiheadAttention(8, 2, BATCH_FIRST, Placement.DEFAULT)) {
      Tensor x = Tensor.randn(3, 4, 8);
      Tensor hidden = Creation.upperTriangle(4, 4, 1, x.device());
      Tensor numbers = Tensor.zeros(4, 4).maskedFill(hidden, Double.NEGATIVE_INFINITY);
      Tensor each = numbers.expand(6, 4, 4);
      float[] expected =
          attention.call(x, x, x, AttentionMasks.attention(hidden), false).output().toFloatArray();
      for (Tensor mask : List.of(numbers, each)) {
        AttentionOutput got = attention.call(x, x, x, AttentionMasks.attention(mask), false);
        assertNull(got.weights());
        assertArrayEquals(expected, got.output().toFloatArray(), 1e-5f);
      }
    }
  }
}
