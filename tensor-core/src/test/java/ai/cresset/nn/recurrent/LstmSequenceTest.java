package ai.cresset.nn.recurrent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradientCheck;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps run together equal steps run one by one: results, gradients, second derivatives. */
@ExtendWith(LeakCheck.class)
class LstmSequenceTest {
  private static Tensor leaf(DType type, long seed, long... sizes) {
    Spec spec = new Spec(Shape.of(sizes), type, Device.CPU);
    return Creation.normal(spec, 0, 0.6, new Generator(seed)).requiresGrad(true);
  }

  private static List<Tensor> inputs(DType type, int time, int batch, int hidden) {
    return List.of(
        leaf(type, 1, time, batch, 4L * hidden),
        leaf(type, 2, 4L * hidden, hidden),
        leaf(type, 3, batch, hidden),
        leaf(type, 4, batch, hidden));
  }

  private static Tensor weighted(List<Tensor> results, boolean cells) {
    Tensor hidden = results.get(0);
    Tensor loss = hidden.mul(leaf(hidden.dtype(), 5, hidden.shape().toArray()).detach()).sum();
    return cells ? loss.add(results.get(1).square().sum()) : loss;
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT32,false,5,3,8,true",
    "FLOAT32,true,5,3,40,false",
    "FLOAT32,false,3,2,256,true",
    "FLOAT64,true,4,2,7,true",
    "FLOAT64,false,1,2,7,true"
  })
  void equalsItsComposedForm(
      DType type, boolean reverse, int time, int batch, int hidden, boolean cells) {
    LstmSequence sequence = new LstmSequence(reverse);
    List<Tensor> one = inputs(type, time, batch, hidden);
    List<Tensor> two = inputs(type, time, batch, hidden);
    List<Tensor> fused = sequence.applyAll(one);
    List<Tensor> composed = sequence.composed(two);
    double tolerance = type == DType.FLOAT64 ? 1e-12 : 1e-4;
    List<Tensor> expected = new ArrayList<>(composed);
    List<Tensor> got = new ArrayList<>(fused);
    weighted(fused, cells).backward();
    weighted(composed, cells).backward();
    two.forEach(leaf -> expected.add(gradient(leaf)));
    one.forEach(leaf -> got.add(gradient(leaf)));
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(
          expected.get(i).toDoubleArray(), got.get(i).toDoubleArray(), tolerance, "tensor " + i);
    }
  }

  private static Tensor gradient(Tensor leaf) {
    Tensor gradient = leaf.grad();
    assertNotNull(gradient);
    return gradient;
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void derivativesOfBothOrdersAreThoseOfDifferences(boolean reverse) {
    LstmSequence sequence = new LstmSequence(reverse);
    List<Tensor> inputs = inputs(DType.FLOAT64, 3, 2, 2);
    GradientCheck.DEFAULT.first(sequence::applyAll, inputs);
    GradientCheck.DEFAULT.second(sequence::applyAll, inputs);
  }
}
