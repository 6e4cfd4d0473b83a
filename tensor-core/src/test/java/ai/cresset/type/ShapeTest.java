package ai.cresset.type;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ShapeException;
import org.junit.jupiter.api.Test;

final class ShapeTest {
  private static Shape of(long... sizes) {
    return Shape.of(sizes);
  }

  @Test
  void broadcastIsNumPys() {
    assertEquals(of(2, 3), Shape.broadcast("add", of(2, 3), of()));
    assertEquals(of(2, 3), Shape.broadcast("add", of(3), of(2, 1)));
    assertEquals(of(5, 2, 3), Shape.broadcast("add", of(5, 1, 3), of(2, 3)));
    assertEquals(of(0, 3), Shape.broadcast("add", of(0, 1), of(1, 3)));
    assertEquals(of(1), Shape.broadcast("add", of(1), of()));
    ShapeException thrown =
        assertThrows(ShapeException.class, () -> Shape.broadcast("add", of(2, 3), of(4, 3)));
    assertEquals(
        "add: shapes [2, 3] and [4, 3] do not broadcast: sizes differ at dim -2 and neither is 1;"
            + " reshape or expand one of them",
        thrown.getMessage());
    assertThrows(ShapeException.class, () -> Shape.broadcast("add", of(2), of(0)));
  }

  @Test
  void dimensionsCountFromBothEnds() {
    Shape shape = of(4, 5, 6);
    assertEquals(6, shape.size(-1));
    assertEquals(4, shape.size(0));
    assertEquals(120, shape.numel());
    assertEquals(of(4, 6), shape.without(-2));
    assertEquals(of(4, 7, 6), shape.with(1, 7));
    assertEquals(of(4, 5, 6, 1), shape.insert(3, 1));
    ShapeException thrown = assertThrows(ShapeException.class, () -> shape.dim("sum", 3));
    assertEquals("sum: dim 3 is outside of [-3, 2] for a tensor of rank 3", thrown.getMessage());
    assertEquals(0, of().dim("sum", -1), "a scalar has one dimension to name");
    assertEquals(1, of().numel());
  }

  @Test
  void sizesAreChecked() {
    assertThrows(ShapeException.class, () -> of(2, -1));
    assertThrows(ArithmeticException.class, () -> of(1L << 40, 1L << 40));
  }

  @Test
  void stridesKnowContiguity() {
    Shape shape = of(2, 3, 4);
    assertArrayEquals(new long[] {12, 4, 1}, Strides.contiguous(shape).toArray());
    assertTrue(Strides.of(12, 4, 1).isContiguous(shape));
    assertTrue(Strides.of(99, 4, 1).isContiguous(of(1, 3, 4)), "size 1 does not count");
    assertFalse(Strides.of(12, 1, 3).isContiguous(shape));
    assertTrue(Strides.of(7, 7).isContiguous(of(0, 3)), "nothing has no gaps");
    assertEquals(Strides.of(0, 1, 0), Strides.of(1, 9).broadcast(of(3, 1), of(5, 3, 4)));
  }
}
