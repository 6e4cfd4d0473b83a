package ai.cresset.parallel.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.type.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShardSpecTest {
  private static final ParallelDims FOUR = ParallelDims.of(1, 4);

  @Test
  void unevenPartsDifferByOneRow() {
    ShardSpec spec = ShardSpec.split(Shape.of(10, 3), 0, MeshAxis.SHARD);
    assertEquals(new Box(List.of(0L, 0L), Shape.of(3, 3)), spec.box(FOUR, 0));
    assertEquals(new Box(List.of(3L, 0L), Shape.of(3, 3)), spec.box(FOUR, 1));
    assertEquals(new Box(List.of(6L, 0L), Shape.of(2, 3)), spec.box(FOUR, 2));
    assertEquals(new Box(List.of(8L, 0L), Shape.of(2, 3)), spec.box(FOUR, 3));
  }

  @Test
  void fewerRowsThanRanksLeaveEmptyPartsThatNobodyWrites() {
    ShardSpec spec = ShardSpec.rows(Shape.of(2), MeshAxis.SHARD);
    assertEquals(1, spec.box(FOUR, 1).numel());
    assertTrue(spec.box(FOUR, 2).isEmpty());
    assertTrue(spec.writes(FOUR, FOUR.coordinates(1)));
    assertFalse(spec.writes(FOUR, FOUR.coordinates(2)));
  }

  @Test
  void onTwoAxesOneAfterTheOtherCutsPartsAgain() {
    ParallelDims dims = new ParallelDims(1, 2, 2, 1, 1);
    ShardSpec spec =
        ShardSpec.split(Shape.of(6, 5), 0, MeshAxis.TENSOR).andSplit(0, MeshAxis.SHARD);
    // rank = shard * 2 + tensor
    assertEquals(new Box(List.of(0L, 0L), Shape.of(2, 5)), spec.box(dims, 0));
    assertEquals(new Box(List.of(3L, 0L), Shape.of(2, 5)), spec.box(dims, 1));
    assertEquals(new Box(List.of(2L, 0L), Shape.of(1, 5)), spec.box(dims, 2));
    assertEquals(new Box(List.of(5L, 0L), Shape.of(1, 5)), spec.box(dims, 3));
  }

  @Test
  void everyElementIsWrittenOnce() {
    ParallelDims dims = new ParallelDims(2, 3, 2, 1, 1);
    for (ShardSpec spec :
        List.of(
            ShardSpec.replicated(Shape.of(7, 4)),
            ShardSpec.rows(Shape.of(7, 4), MeshAxis.SHARD),
            ShardSpec.rows(Shape.scalar(), MeshAxis.SHARD),
            ShardSpec.split(Shape.of(7, 4), 1, MeshAxis.TENSOR).andSplit(0, MeshAxis.SHARD))) {
      ShardLayout layout = new ShardLayout(dims, Map.of("weight", spec));
      long written = 0;
      for (int rank = 0; rank < dims.worldSize(); rank++) {
        written += layout.writes("weight", rank) ? layout.box("weight", rank).numel() : 0;
      }
      assertEquals(spec.global().numel(), written, spec.toString());
    }
  }

  @Test
  void boxesIntersectAndSayWhereTheyAreInsideOfOthers() {
    Box first = new Box(List.of(2L, 0L), Shape.of(4, 3));
    Box second = new Box(List.of(5L, 1L), Shape.of(4, 5));
    Box shared = first.intersect(second);
    assertEquals(new Box(List.of(5L, 1L), Shape.of(1, 2)), shared);
    assertEquals(new Box(List.of(3L, 1L), Shape.of(1, 2)), shared.within(first));
    assertEquals(new Box(List.of(0L, 0L), Shape.of(1, 2)), shared.within(second));
    assertTrue(first.intersect(new Box(List.of(6L, 0L), Shape.of(4, 3))).isEmpty());
  }

  @Test
  void anAxisCutsATensorOnceAndAScalarNever() {
    assertThrows(
        ConfigException.class,
        () -> ShardSpec.split(Shape.of(4, 4), 0, MeshAxis.SHARD).andSplit(1, MeshAxis.SHARD));
    assertThrows(ConfigException.class, () -> ShardSpec.split(Shape.scalar(), 0, MeshAxis.SHARD));
  }
}
