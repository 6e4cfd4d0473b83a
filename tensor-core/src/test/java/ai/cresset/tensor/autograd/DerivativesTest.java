package ai.cresset.tensor.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class DerivativesTest {
  private static Tensor vector(double... values) {
    return Tensor.of(values, values.length);
  }

  @Test
  void theJacobianOfAProductWithAMatrixIsTheMatrix() {
    Tensor matrix = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Tensor x = vector(1, -1, 2);
    Tensor jacobian = Derivatives.jacobian(each -> matrix.matmul(each), x);
    assertEquals(Shape.of(2, 3), jacobian.shape());
    assertArrayEquals(matrix.toDoubleArray(), jacobian.toDoubleArray());
    assertFalse(x.requiresGrad());
    Tensor v = vector(10, 1);
    assertArrayEquals(
        new double[] {14, 25, 36},
        Derivatives.vjp(each -> matrix.matmul(each), x, v).toDoubleArray());
    assertArrayEquals(
        new double[] {5, 11},
        Derivatives.jvp(each -> matrix.matmul(each), x, vector(1, -1, 2)).toDoubleArray());
  }

  @Test
  void theHessianOfACubeIsDiagonal() {
    Tensor x = vector(1, 2);
    Tensor hessian = Derivatives.hessian(each -> each.pow(3).sum(), x);
    assertArrayEquals(new double[] {6, 0, 0, 12}, hessian.toDoubleArray(), 1e-12);
    Tensor product = Derivatives.hvp(each -> each.pow(3).sum(), x, vector(1, 10));
    assertArrayEquals(new double[] {6, 120}, product.toDoubleArray(), 1e-12);
  }

  @Test
  void severalInputsAndOutputsGiveBlocks() {
    Tensor a = vector(2, 3);
    Tensor b = vector(5);
    Derivatives.Mapping function =
        inputs -> List.of(inputs.get(0).mul(inputs.get(1)), inputs.get(0).sum());
    List<List<Tensor>> blocks = Derivatives.jacobian(function, List.of(a, b), false);
    assertArrayEquals(new double[] {5, 0, 0, 5}, blocks.get(0).get(0).toDoubleArray());
    assertArrayEquals(new double[] {2, 3}, blocks.get(0).get(1).toDoubleArray());
    assertArrayEquals(new double[] {1, 1}, blocks.get(1).get(0).toDoubleArray());
    assertArrayEquals(new double[] {0}, blocks.get(1).get(1).toDoubleArray());
    assertEquals(Shape.of(1), blocks.get(1).get(1).shape());
    Derivatives.Product jvp =
        Derivatives.jvp(function, List.of(a, b), List.of(vector(1, 0), vector(1)), false);
    assertArrayEquals(new double[] {7, 3}, jvp.products().get(0).toDoubleArray());
    assertArrayEquals(new double[] {10, 15}, jvp.outputs().get(0).toDoubleArray());
    Derivatives.Mapping scalar = inputs -> List.of(function.apply(inputs).get(0).square().sum());
    List<List<Tensor>> hessian = Derivatives.hessian(scalar, List.of(a, b), false);
    assertArrayEquals(new double[] {50, 0, 0, 50}, hessian.get(0).get(0).toDoubleArray(), 1e-12);
    assertArrayEquals(new double[] {40, 60}, hessian.get(0).get(1).toDoubleArray(), 1e-12);
    assertArrayEquals(new double[] {26}, hessian.get(1).get(1).toDoubleArray(), 1e-12);
  }

  @Test
  void aRecordedAnswerCanBeDifferentiatedAgain() {
    Tensor x = vector(2).requiresGrad(true);
    Tensor jacobian =
        Derivatives.jacobian(inputs -> List.of(inputs.get(0).pow(3)), List.of(x), true)
            .get(0)
            .get(0);
    assertTrue(jacobian.requiresGrad());
    Tensor second = Autograd.grad(jacobian.sum(), x, false);
    assertArrayEquals(new double[] {12}, second.toDoubleArray(), 1e-12);
    assertFalse(Derivatives.jacobian(each -> each.pow(3), x).requiresGrad());
  }

  @Test
  void aFunctionThatIgnoresItsInputHasZeros() {
    Tensor x = vector(1, 2);
    Tensor constant = vector(3);
    assertArrayEquals(
        new double[] {0, 0}, Derivatives.jacobian(each -> constant, x).toDoubleArray());
    assertArrayEquals(
        new double[] {0}, Derivatives.jvp(each -> constant, x, vector(1, 1)).toDoubleArray());
  }

  @Test
  void aVectorOfAnotherShapeIsRefused() {
    String refused =
        Refused.message(
            ShapeException.class,
            () -> Derivatives.jvp(each -> each.mul(2), vector(1, 2), vector(1)));
    assertEquals("jvp: expected vector 0 like its input, float64[2], got float64[1]", refused);
    assertTrue(
        Refused.message(ShapeException.class, () -> Derivatives.hessian(each -> each, vector(1, 2)))
            .contains("one result of one element"));
  }
}
