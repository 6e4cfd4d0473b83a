package ai.cresset.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CheckpointException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
@ExtendWith(LeakCheck.class)
class StoredTensorsTest {
  @TempDir Path directory;

  private static Tensor part(Tensor whole, List<Long> offset, long[] sizes) {
    Tensor part = whole;
    for (int dim = 0; dim < sizes.length; dim++) {
      part = part.narrow(dim, offset.get(dim), sizes[dim]);
    }
    return part;
  }

  /** Cuts a tensor into a random grid of files and reads random parts of it. */
  @Test
  void anyPartIsReadFromAnyGridOfFiles() {
    Random random = new Random(11);
    for (int round = 0; round < 60; round++) {
      int rank = random.nextInt(4);
      long[] sizes = new long[rank];
      for (int dim = 0; dim < rank; dim++) {
        // Some rows are long enough to be read by themselves, and some are not.
        sizes[dim] = 1L + random.nextInt(dim == rank - 1 ? 3000 : 6);
      }
      try (Scope scope = Scope.open("round")) {
        Tensor whole = Tensor.rand(sizes);
        StoredTensor stored = cut(whole, sizes, random, round);
        assertEquals(null, stored.problem());
        StoredTensors tensors =
            new StoredTensors(
                "grid",
                new TreeMap<>(Map.of("t", stored)),
                file -> SafetensorsFile.open(directory.resolve(file)));
        try (tensors) {
          assertArrayEquals(whole.toFloatArray(), tensors.read("t").toFloatArray());
          for (int i = 0; i < 5; i++) {
            List<Long> offset = new ArrayList<>();
            long[] wanted = new long[rank];
            for (int dim = 0; dim < rank; dim++) {
              offset.add((long) random.nextInt((int) sizes[dim]));
              wanted[dim] = random.nextInt((int) (sizes[dim] - offset.get(dim)) + 1);
            }
            Tensor target = Tensor.zeros(wanted);
            tensors.readPart("t", offset, target);
            String where = "round " + round + ": " + offset + " " + target.shape();
            assertArrayEquals(
                part(whole, offset, wanted).toFloatArray(), target.toFloatArray(), where);
          }
          if (rank == 2) {
            // Into a view that is not contiguous.
            Tensor turned = Tensor.zeros(sizes[1], sizes[0]).t();
            tensors.readInto("t", turned);
            assertArrayEquals(whole.toFloatArray(), turned.toFloatArray());
          }
        }
      }
    }
  }

  private StoredTensor cut(Tensor whole, long[] sizes, Random random, int round) {
    List<long[]> cuts = new ArrayList<>();
    for (long size : sizes) {
      long middle = 1L + random.nextInt((int) size);
      cuts.add(middle == size ? new long[] {0, size} : new long[] {0, middle, size});
    }
    List<StoredPart> parts = new ArrayList<>();
    int[] index = new int[sizes.length];
    boolean more = true;
    while (more) {
      List<Long> offset = new ArrayList<>();
      long[] extent = new long[sizes.length];
      for (int dim = 0; dim < sizes.length; dim++) {
        offset.add(cuts.get(dim)[index[dim]]);
        extent[dim] = cuts.get(dim)[index[dim] + 1] - offset.get(dim);
      }
      String file = "part-" + round + "-" + parts.size();
      SafetensorsWriter.save(
          directory.resolve(file), Map.of("t", part(whole, offset, extent)), Map.of());
      parts.add(new StoredPart(file, "t", offset, Shape.of(extent)));
      int dim = sizes.length - 1;
      while (dim >= 0 && ++index[dim] == cuts.get(dim).length - 1) {
        index[dim] = 0;
        dim--;
      }
      more = dim >= 0;
    }
    return new StoredTensor(DType.FLOAT32, whole.shape(), parts);
  }

  @Test
  void onlyTheRowsThatAreWantedAreRead() {
    Tensor whole = Tensor.rand(8, 2000);
    SafetensorsWriter.save(directory.resolve("all"), Map.of("t", whole), Map.of());
    try (StoredTensors tensors = StoredTensors.of(SafetensorsFile.open(directory.resolve("all")))) {
      Tensor rows = Tensor.zeros(3, 2000);
      tensors.readPart("t", List.of(2L, 0L), rows);
      assertEquals(3 * 2000 * 4, tensors.bytesRead());
      // Long pieces of rows too; short ones with what lies between them.
      Tensor block = Tensor.zeros(2, 1500);
      tensors.readPart("t", List.of(0L, 400L), block);
      assertEquals(3 * 2000 * 4 + 2 * 1500 * 4, tensors.bytesRead());
      Tensor columns = Tensor.zeros(8, 3);
      tensors.readPart("t", List.of(0L, 7L), columns);
      assertArrayEquals(whole.narrow(1, 7, 3).toFloatArray(), columns.toFloatArray());
      assertEquals(3 * 2000 * 4 + 2 * 1500 * 4 + (7 * 2000 + 3) * 4, tensors.bytesRead());
      String refused =
          assertThrows(
                  CheckpointException.class, () -> tensors.readPart("t", List.of(6L, 0L), rows))
              .getMessage();
      assertTrue(refused.contains("'t' is float32[8, 2000], which has no part"), refused);
    }
  }

  // ---- folders ----

  private void index(String weightMap) throws IOException {
    Files.writeString(
        directory.resolve("model.safetensors.index.json"),
        "{\"metadata\":{},\"weight_map\":" + weightMap + "}",
        StandardCharsets.UTF_8);
  }

  private String refused() {
    LocalCheckpointStore store = new LocalCheckpointStore(directory);
    return assertThrows(CheckpointException.class, () -> ModelFolder.open(store, "")).getMessage();
  }

  @Test
  void foldersOfOthersAreReadAndCheckedAgainstTheirIndex() throws IOException {
    assertTrue(refused().contains("holds neither model.safetensors nor"), refused());
    Tensor a = Tensor.rand(3, 2);
    Tensor b = Tensor.rand(5);
    SafetensorsWriter.save(directory.resolve("x.safetensors"), Map.of("a", a), Map.of());
    SafetensorsWriter.save(directory.resolve("y.safetensors"), Map.of("b", b), Map.of());
    index("{\"a\":\"x.safetensors\",\"b\":\"y.safetensors\"}");
    LocalCheckpointStore store = new LocalCheckpointStore(directory);
    try (StoredTensors tensors = ModelFolder.open(store, "")) {
      assertArrayEquals(a.toFloatArray(), tensors.read("a").toFloatArray());
      Tensor row = Tensor.zeros(1, 2);
      tensors.readPart("a", List.of(2L, 0L), row);
      assertArrayEquals(a.narrow(0, 2, 1).toFloatArray(), row.toFloatArray());
      assertArrayEquals(b.toFloatArray(), tensors.read("b").toFloatArray());
    }
    index("{\"a\":\"x.safetensors\",\"b\":\"x.safetensors\"}");
    assertTrue(refused().contains("no file has the tensors [b]"), refused());
    index("{\"a\":\"y.safetensors\",\"b\":\"y.safetensors\"}");
    assertTrue(refused().contains("no file has the tensors [a]"), refused());
    index("{\"a\":\"x.safetensors\",\"c\":\"y.safetensors\"}");
    assertTrue(refused().contains("'b': it is in y.safetensors, but the index expects"), refused());
    for (String path : List.of("../x.safetensors", "/x.safetensors", "x", "d/x.safetensors")) {
      index("{\"a\":\"" + path + "\"}");
      assertTrue(refused().contains("is no name of a safetensors file in the same"), refused());
    }
    index("{\"a\":\"missing.safetensors\"}");
    assertTrue(refused().contains("cannot read " + directory), refused());
    index("[]");
    assertTrue(refused().contains("expected an object weight_map"), refused());
  }
}
