package ai.cresset.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AucTest {
  private static double exact(float[] scores, float[] targets) {
    double won = 0;
    double pairs = 0;
    for (int i = 0; i < scores.length; i++) {
      for (int j = 0; j < scores.length; j++) {
        if (targets[i] > 0.5 && targets[j] < 0.5) {
          pairs++;
          won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
        }
      }
    }
    return won / pairs;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void isWithinItsOwnBoundOfAllPairs(long seed) {
    Random random = new Random(seed);
    float[] scores = new float[2000];
    float[] targets = new float[scores.length];
    Auc whole = new Auc();
    Auc first = new Auc();
    Auc second = new Auc();
    for (int i = 0; i < scores.length; i++) {
      targets[i] = random.nextInt(4) == 0 ? 1 : 0;
      scores[i] = (float) (targets[i] + random.nextGaussian() * 1.5);
      whole.add(scores[i], targets[i] > 0.5);
      (i % 3 == 0 ? first : second).add(scores[i], targets[i] > 0.5);
    }
    double expected = exact(scores, targets);
    assertEquals(expected, whole.value(), whole.uncertainty() + 1e-12, "seed " + seed);
    assertTrue(whole.uncertainty() < 2e-3, "" + whole.uncertainty());
    first.merge(second.sums());
    assertEquals(whole.value(), first.value());
    assertEquals(2000, first.samples());
  }

  @Test
  void ordersAnySignAndCountsEqualScoresHalf() {
    float[] scores = {-3, -2, -0.0f, 0, 1e-30f, 5, 7, Float.NEGATIVE_INFINITY};
    float[] targets = {0, 1, 0, 1, 1, 0, 1, 0};
    Auc auc = new Auc();
    auc.update(Tensor.of(scores, 2, 4), Tensor.of(targets, 8));
    assertEquals(exact(scores, targets), auc.value());
    auc.reset();
    assertTrue(Double.isNaN(auc.value()));
  }
}
