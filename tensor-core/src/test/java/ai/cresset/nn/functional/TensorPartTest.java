package ai.cresset.nn.functional;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.functional.TensorPart.Run;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Parts of tensors: where they stand, and dropout that decides as for the whole. */
@NullUnmarked
class TensorPartTest {
  private static final Shape WHOLE = Shape.of(2, 6, 5, 3);

  private static Tensor whole(DType type) {
    return Creation.randn(new Spec(WHOLE, type, Device.CPU)).abs().add(1);
  }

  /** Drops the whole and a part, forward and backward, and compares. */
  private static void compare(Tensor whole, Tensor part, TensorPart place, int dim) {
    Tensor input = whole.detachedClone().requiresGrad(true);
    Generator.Key start = Generator.current().state();
    Tensor expected = Layers.dropout(input, 0.4, true);
    Generator.Key end = Generator.current().state();
    expected.sum().backward();
    Generator.current().state(start);
    Tensor own = part.detachedClone().requiresGrad(true);
    Tensor actual = Layers.dropout(own, 0.4, true, place);
    assertEquals(end, Generator.current().state(), "numbers of the whole are reserved");
    actual.sum().backward();
    assertArrayEquals(taken(expected, place, dim).toDoubleArray(), actual.toDoubleArray());
    assertArrayEquals(taken(input.grad(), place, dim).toDoubleArray(), own.grad().toDoubleArray());
    assertTrue(actual.eq(0).any().item() != 0 && actual.ne(0).any().item() != 0);
  }

  private static Tensor taken(Tensor whole, TensorPart place, int dim) {
    return Functional.cat(
        place.runs().get(dim).stream()
            .map(run -> whole.narrow(dim, run.start(), run.length()))
            .toList(),
        dim);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64", "BFLOAT16"})
  void dropoutOfAPartDecidesAsForTheWhole(DType type) {
    for (int dim = 0; dim < WHOLE.rank(); dim++) {
      try (Scope scope = Scope.open("dropout")) {
        Tensor whole = whole(type);
        long size = WHOLE.size(dim);
        Tensor last = whole.narrow(dim, 1, size - 1);
        compare(whole, last, TensorPart.all(last.shape()).within(dim, size, 1), dim);
        List<Run> ends = List.of(new Run(0, 1), new Run(size - 1, 1));
        TensorPart outer = TensorPart.all(WHOLE.with(dim, 2)).within(dim, size, ends);
        compare(whole, taken(whole, outer, dim), outer, dim);
      }
    }
  }

  @Test
  void partsOfPartsAreMapped() {
    // The second half of what holds places 0, 1, 10 and 11 of 12.
    TensorPart part =
        TensorPart.all(Shape.of(3, 2))
            .within(1, 4, 2)
            .within(1, 12, List.of(new Run(0, 2), new Run(10, 2)));
    assertEquals(Shape.of(3, 12), part.whole());
    assertEquals(List.of(new Run(10, 2)), part.runs().get(1));
    assertEquals(List.of(new Run(0, 3)), part.runs().get(0));
    TensorPart middle =
        TensorPart.all(Shape.of(2))
            .within(0, 4, 1)
            .within(0, 12, List.of(new Run(0, 2), new Run(10, 2)));
    assertEquals(List.of(new Run(1, 1), new Run(10, 1)), middle.runs().get(0));
    assertTrue(TensorPart.all(WHOLE).isWhole());
    assertThrows(
        ShapeException.class,
        () -> TensorPart.all(Shape.of(3)).within(0, 2, List.of(new Run(0, 2))));
    assertThrows(ShapeException.class, () -> TensorPart.all(Shape.of(3)).within(0, 4, 2));
  }
}
