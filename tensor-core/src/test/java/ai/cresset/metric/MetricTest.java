package ai.cresset.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ShapeException;
import ai.cresset.golden.NativeMemoryCheck;
import ai.cresset.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeMemoryCheck.class)
class MetricTest {
  @Test
  void accuracyCountsTargetsThatAreNotIgnoredAndMerges() {
    Accuracy here = new Accuracy();
    Accuracy there = new Accuracy();
    assertTrue(Double.isNaN(here.value()));
    try (Tensor scores = Tensor.of(new float[] {1, 2, 5, 3, 0, 9}, 3, 2);
        Tensor targets = Tensor.of(new long[] {1, 1, -100}, 3)) {
      here.update(scores, targets);
      assertThrows(ShapeException.class, () -> here.update(scores, scores));
    }
    assertArrayEquals(new double[] {1, 2}, here.sums());
    there.merge(new double[] {2, 2});
    here.merge(there.sums());
    assertEquals(0.75, here.value());
    here.reset();
    assertTrue(Double.isNaN(here.value()));
  }

  @Test
  void perplexityIsOfTheMeanOverAllTokens() {
    Perplexity perplexity = new Perplexity();
    perplexity.update(6, 2);
    perplexity.merge(new double[] {0, 1});
    assertEquals(2, perplexity.meanLoss());
    assertEquals(Math.exp(2), perplexity.value(), 1e-12);
  }
}
