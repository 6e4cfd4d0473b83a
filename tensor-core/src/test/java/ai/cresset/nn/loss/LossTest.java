package ai.cresset.nn.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.golden.Close;
import ai.cresset.golden.NativeMemoryCheck;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeMemoryCheck.class)
class LossTest {
  private static final double[] LOGITS = {1, 2, 0.5, -1, 0, 3, 0.2, 0.1, -0.4};

  @Test
  void crossEntropySumsOverTargetsThatCount() {
    try (Scope scope = Scope.open();
        CrossEntropyLoss crossEntropy = new CrossEntropyLoss()) {
      Tensor logits = Tensor.of(LOGITS, 3, 3).requiresGrad(true);
      Loss loss = crossEntropy.call(logits, Tensor.of(new long[] {0, -100, 2}, 3));
      // torch.nn.functional.cross_entropy(..., reduction="sum")
      assertEquals(2.961945110443, loss.sum().item(), 1e-9);
      assertEquals(2, loss.weight());
      loss.mean().backward();
      Tensor gradient = logits.grad();
      if (gradient != null) {
        Close.assertClose("ignored row", new double[3], gradient.select(0, 1), 0, 0);
        gradient.close();
      }
    }
  }

  @Test
  void labelSmoothingSpreadsTheTarget() {
    try (Scope scope = Scope.open();
        CrossEntropyLoss crossEntropy = new CrossEntropyLoss(-1, 0.1)) {
      Loss loss = crossEntropy.call(Tensor.of(LOGITS, 3, 3), Tensor.of(new long[] {0, -1, 2}, 3));
      // F.cross_entropy(..., ignore_index=-1, label_smoothing=0.1, reduction="sum")
      assertEquals(2.908611777109, loss.sum().item(), 1e-9);
    }
    assertThrows(ConfigException.class, () -> new CrossEntropyLoss(-1, 2));
  }

  @Test
  void meanSquaredErrorCountsElementsAndRefusesBroadcasting() {
    try (Scope scope = Scope.open();
        MeanSquaredErrorLoss squares = new MeanSquaredErrorLoss()) {
      Loss loss = squares.call(Tensor.ones(2, 3), Tensor.zeros(2, 3));
      assertEquals(6, loss.sum().item());
      assertEquals(6, loss.weight());
      assertThrows(ShapeException.class, () -> squares.call(Tensor.ones(2, 3), Tensor.zeros(3)));
    }
  }
}
