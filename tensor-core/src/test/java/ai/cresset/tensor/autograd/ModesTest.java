package ai.cresset.tensor.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.BackwardException;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Inference mode and anomaly mode. */
@ExtendWith(LeakCheck.class)
class ModesTest {
  private static Tensor leaf(double... values) {
    return Tensor.of(values, values.length).requiresGrad(true);
  }

  @Test
  void aTensorOfInferenceModeEntersNoGraph() {
    Tensor w = leaf(2, 3);
    Tensor x = Autograd.inference(() -> w.mul(2));
    assertTrue(x.isInference());
    assertFalse(x.requiresGrad());
    assertTrue(x.view(2, 1).isInference());
    assertFalse(x.add(1).isInference());
    String refused = Refused.message(BackwardException.class, () -> w.mul(x));
    assertTrue(
        refused.startsWith("mul: backward would need float64[2], which was made in"), refused);
    assertTrue(refused.contains("copy() it"), refused);
    assertThrows(BackwardException.class, () -> x.requiresGrad(true));
    assertThrows(BackwardException.class, () -> x.add_(1));
    w.add(x).sum().backward();
    w.mul(x.copy()).sum().backward();
    Tensor gradient = w.grad();
    assertNotNull(gradient);
    assertArrayEquals(new double[] {5, 7}, gradient.toDoubleArray());
  }

  @Test
  void inInferenceModeTensorsMayBeChanged() {
    Tensor x =
        Autograd.inference(
            () -> {
              assertTrue(InferenceMode.isEnabled());
              return Tensor.ones(2).add_(1);
            });
    assertArrayEquals(new float[] {2, 2}, x.toFloatArray());
    assertFalse(InferenceMode.isEnabled());
    assertTrue(GradMode.isEnabled());
  }

  @Test
  void anomalyModeNamesTheOperationAndItsForwardCall() {
    Tensor x = leaf(0, 4);
    BackwardException thrown;
    try (GradMode.Restore anomaly = Autograd.detectAnomaly()) {
      Tensor root = x.sqrt();
      Tensor loss = root.mul(Tensor.of(new double[] {0, 1}, 2)).sum();
      thrown = assertThrows(BackwardException.class, loss::backward);
    }
    String text = String.valueOf(thrown.getMessage());
    assertTrue(
        text.startsWith("sqrt: its backward gave NaN for the gradient of input 0, float64[2]"),
        text);
    assertTrue(text.contains("ModesTest.java"), text);
    Throwable cause = thrown.getCause();
    assertNotNull(cause);
    assertTrue(cause.getStackTrace().length > 0);
  }

  @Test
  void withoutTheModeANanPassesAndNothingIsRemembered() {
    Tensor x = leaf(0);
    Tensor y = x.sqrt();
    Node node = y.gradientNode();
    assertNotNull(node);
    assertNull(node.forwardCall());
    y.mul(0).sum().backward();
    Tensor gradient = x.grad();
    assertNotNull(gradient);
    assertTrue(Double.isNaN(gradient.item()));
  }

  @Test
  void aGraphFromOutsideOfTheModeIsSaidToBeOne() {
    Tensor x = leaf(0);
    Tensor y = x.sqrt().mul(0).sum();
    try (GradMode.Restore anomaly = Autograd.detectAnomaly()) {
      String refused = Refused.message(BackwardException.class, y::backward);
      assertTrue(refused.contains("run the forward pass in anomaly mode too"), refused);
    }
  }
}
