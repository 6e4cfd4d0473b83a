package ai.cresset.parallel.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.error.ConfigException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ParallelDimsTest {
  @Test
  void everyRankHasAPlaceOfItsOwnInTheOrderOfTheAxes() {
    ParallelDims dims = new ParallelDims(2, 3, 2, 1, 2);
    Set<MeshCoordinates> seen = new HashSet<>();
    for (int rank = 0; rank < dims.worldSize(); rank++) {
      MeshCoordinates place = dims.coordinates(rank);
      assertEquals(rank, dims.rank(place));
      seen.add(place);
    }
    assertEquals(24, seen.size());
    assertEquals(new MeshCoordinates(0, 0, 1, 0, 0), dims.coordinates(1));
    assertEquals(new MeshCoordinates(0, 1, 0, 0, 0), dims.coordinates(2));
    assertEquals(new MeshCoordinates(1, 0, 0, 0, 0), dims.coordinates(6));
    assertEquals(new MeshCoordinates(0, 0, 0, 0, 1), dims.coordinates(12));
  }

  @Test
  void ranksAlongAxesDifferThereAlone() {
    ParallelDims dims = ParallelDims.of(2, 3);
    assertEquals(List.of(3, 4, 5), dims.ranksAlong(4, MeshAxis.SHARD));
    assertEquals(List.of(1, 4), dims.ranksAlong(4, MeshAxis.DATA));
    assertEquals(List.of(0, 1, 2, 3, 4, 5), dims.ranksAlong(4, MeshAxis.SHARD, MeshAxis.DATA));
    assertEquals(List.of(4), dims.ranksAlong(4));
  }

  @Test
  void aWrongNumberOfRanksNamesTheSettingsAndTheValuesThatFit() {
    ConfigException wrong =
        assertThrows(
            ConfigException.class, () -> ParallelDims.of(2, 2).checkWorldSize("spark.workers", 6));
    assertEquals(
        "parallel.data = 2 x parallel.shard = 2 makes 4 ranks, but spark.workers is 6; set"
            + " spark.workers to 4, or parallel.data to 3, or parallel.shard to 3",
        wrong.getMessage());
    wrong =
        assertThrows(
            ConfigException.class,
            () -> new ParallelDims(1, 2, 2, 1, 1).checkWorldSize("spark.workers", 3));
    assertEquals(
        "parallel.data = 1 x parallel.shard = 2 x parallel.tensor = 2 makes 4 ranks, but"
            + " spark.workers is 3; set spark.workers to 4",
        wrong.getMessage());
  }

  @Test
  void sizesBelowOneAreRefused() {
    ConfigException wrong = assertThrows(ConfigException.class, () -> ParallelDims.of(2, 0));
    assertEquals("parallel.shard: expected at least 1, got 0", wrong.getMessage());
  }
}
