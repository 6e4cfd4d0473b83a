package ai.cresset.tensor;

import static ai.cresset.tensor.Index.all;
import static ai.cresset.tensor.Index.at;
import static ai.cresset.tensor.Index.ellipsis;
import static ai.cresset.tensor.Index.index;
import static ai.cresset.tensor.Index.mask;
import static ai.cresset.tensor.Index.newAxis;
import static ai.cresset.tensor.Index.slice;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.error.BackwardException;
import ai.cresset.error.ShapeException;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.function.Supplier;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What indices mean, where they share memory, and what wrong ones are told. */
@ExtendWith(LeakCheck.class)
@NullUnmarked
class IndexingTest {
  private static Tensor numbers(long... sizes) {
    Shape shape = Shape.of(sizes);
    return Tensor.arange(shape.numel()).to(DType.FLOAT32).reshape(shape);
  }

  @Test
  void expressionsReadWell() {
    Tensor x = numbers(3, 4, 5);
    assertEquals(Shape.of(2, 5), x.get(at(2), slice(1, 4, 2), ellipsis()).shape());
    assertEquals(Shape.of(3, 1, 4, 2), x.get(all(), newAxis(), all(), index(0, 3)).shape());
    assertEquals(
        Shape.of(4, 2), x.get(at(0), ellipsis(), index(Tensor.of(new long[] {1, 1}))).shape());
    assertEquals(Shape.of(59), x.get(mask(x.gt(0))).shape());
  }

  @Test
  void basicIndicesAreViewsAndTensorsOfIndicesCopies() {
    Tensor x = numbers(3, 4);
    assertSame(x.storage(), x.get("1:, ::2").storage());
    assertSame(x.storage(), x.get("0, None, ...").storage());
    assertNotSame(x.storage(), x.get("[0, 1]").storage());
  }

  @Test
  void writingInPlaceBroadcasts() {
    Tensor x = numbers(3, 4);
    x.set_(7, at(1), slice(1, 3));
    x.set_(Tensor.of(new float[] {-1, -2, -3, -4}), index(0, 2));
    x.set_("mask", Tensor.scalar(0), x.gt(6));
    assertArrayEquals(new float[] {-1, -2, -3, -4, 4, 0, 0, 0, -1, -2, -3, -4}, x.toFloatArray());
    Tensor leaf = numbers(2).requiresGrad(true);
    assertThrows(BackwardException.class, () -> leaf.set_(1, at(0)));
  }

  @Test
  void gradientsOfPutGoToBoth() {
    Tensor x = numbers(3).requiresGrad(true);
    Tensor value = Tensor.scalar(5).requiresGrad(true);
    x.put(value, slice(0, 2)).mul(Tensor.of(new float[] {1, 2, 4})).sum().backward();
    assertArrayEquals(new float[] {0, 0, 4}, x.grad().toFloatArray());
    assertEquals(3, value.grad().item());
  }

  @Test
  void wrongIndicesAreToldWhatFits() {
    Tensor x = numbers(3, 4);
    assertText(
        "index: index 4 is outside of dim 1 of size 4; expected [-4, 3]", () -> x.get("0, 4"));
    assertText(
        "index: index -5 is outside of dim 1 of size 4; expected [-4, 3]",
        () -> x.get(all(), index(0, -5)));
    assertText(
        "select: index 3 is outside of dim 0 of size 3; expected [-3, 2]", () -> x.select(0, 3));
    assertText(
        "index: expected indices for at most 2 dims of [3, 4], got 3", () -> x.get("0, 0, 0"));
    assertText("index: expected at most one ellipsis, got 2", () -> x.get("..., ..."));
    assertText(
        "index: expected a mask of size 3 for dim 0, got mask [2]",
        () -> x.get("mask", Tensor.of(new boolean[] {true, false})));
    assertText(
        "Index.slice: expected a step of at least 1 (use flip), got -1", () -> x.get("::-1"));
    assertText(
        "index: expected a value that broadcasts to [4], got [3]",
        () -> x.put(Tensor.ones(3), at(0)));
    assertText(
        "index 'rows': expected a tensor for the name 'rows'; 0 were given, got the end",
        () -> x.get("rows"));
  }

  @Test
  void wrongTextsAreShownWhereTheyAreWrong() {
    Tensor x = numbers(3, 4);
    assertText("index '1;2': expected ',', got ';2'", () -> x.get("1;2"));
    for (String text :
        new String[] {
          "[",
          "]",
          "[1",
          "1:2:3:4",
          "--1",
          "1..",
          "[[1,2],[3]],",
          "[a]",
          "99999999999999999999",
          "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]],",
          ",",
          "[1,True]"
        }) {
      assertThrows(ShapeException.class, () -> x.get(text), text);
    }
  }

  private static void assertText(String text, Supplier<Tensor> call) {
    assertEquals(text, assertThrows(ShapeException.class, call::get).getMessage());
  }
}
