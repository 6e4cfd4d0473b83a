package ai.cresset.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CheckpointException;
import ai.cresset.error.CressetException;
import ai.cresset.error.DTypeException;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** NPY and NPZ files, read as NumPy writes them, written as it reads them. */
@ExtendWith(LeakCheck.class)
@NullUnmarked
class NumpyFilesTest {
  @TempDir Path folder;

  private static Path numpy(String name) throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(NumpyFilesTest.class.getResource("/numpy/" + name)).toURI());
  }

  @ParameterizedTest
  @ValueSource(strings = {"u1", "i1", "i2", "i4", "i8", "f2", "f4", "f8", "b1"})
  void everyTypeOfNumpy(String kind) throws URISyntaxException {
    Tensor tensor = NpyFile.read(numpy(kind + ".npy"));
    Map<String, DType> types =
        Map.of(
            "u1", DType.UINT8,
            "i1", DType.INT8,
            "i2", DType.INT16,
            "i4", DType.INT32,
            "i8", DType.INT64,
            "f2", DType.FLOAT16,
            "f4", DType.FLOAT32,
            "f8", DType.FLOAT64,
            "b1", DType.BOOL);
    assertEquals(types.get(kind), tensor.dtype());
    assertEquals(Shape.of(2, 3), tensor.shape());
    double[] expected =
        kind.equals("b1") ? new double[] {0, 1, 1, 1, 1, 1} : new double[] {0, 1, 2, 3, 4, 5};
    assertArrayEquals(expected, tensor.toDoubleArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"i2", "i4", "i8", "f4", "f8"})
  void bytesInTheOtherOrder(String kind) throws URISyntaxException {
    Tensor tensor = NpyFile.read(numpy("big_" + kind + ".npy"));
    assertArrayEquals(new double[] {0, 1, 2, 3, 4, 5}, tensor.toDoubleArray());
  }

  @Test
  void orderOfFortranAndOtherShapes() throws URISyntaxException {
    Tensor fortran = NpyFile.read(numpy("fortran.npy"));
    assertTrue(fortran.isContiguous());
    assertEquals(Shape.of(2, 3, 4), fortran.shape());
    assertArrayEquals(Tensor.arange(24).toDoubleArray(), fortran.toDoubleArray());
    assertEquals(2.5, NpyFile.read(numpy("scalar.npy")).item());
    assertEquals(Shape.of(3), NpyFile.read(numpy("vector.npy")).shape());
    assertEquals(Shape.of(0, 3), NpyFile.read(numpy("empty.npy")).shape());
    assertArrayEquals(new double[] {0, 1, 2}, NpyFile.read(numpy("version2.npy")).toDoubleArray());
  }

  @Test
  void archivesPlainAndCompressed() throws URISyntaxException {
    try (NpzFile plain = NpzFile.open(numpy("plain.npz"));
        NpzFile compressed = NpzFile.open(numpy("compressed.npz"))) {
      assertEquals(List.of("a", "b"), plain.names());
      assertArrayEquals(new double[] {1, 0, 0, 1}, plain.read("b").toDoubleArray());
      assertArrayEquals(new double[] {0, 1, 2, 3}, compressed.read("a").toDoubleArray());
      assertEquals(Shape.of(100, 100), compressed.read("zeros").shape());
      assertEquals(
          numpy("plain.npz") + ": there is no array 'c'; it has [a, b]",
          assertThrows(CheckpointException.class, () -> plain.read("c")).getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void whatIsWrittenIsRead(DType dtype) {
    Tensor tensor = Tensor.arange(6).reshape(2, 3).to(dtype);
    Path file = folder.resolve("x.npy");
    if (dtype == DType.BFLOAT16) {
      assertThrows(DTypeException.class, () -> NpyFile.save(file, tensor));
      return;
    }
    NpyFile.save(file, tensor.t());
    Tensor read = NpyFile.read(file);
    assertEquals(tensor.t().spec(), read.spec());
    assertArrayEquals(tensor.t().toDoubleArray(), read.toDoubleArray());
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    arrays.put("weight", tensor);
    arrays.put("none", tensor.narrow(0, 0, 0));
    NpzFile.save(folder.resolve("x.npz"), arrays);
    try (NpzFile archive = NpzFile.open(folder.resolve("x.npz"))) {
      assertEquals(List.of("weight", "none"), archive.names());
      assertArrayEquals(tensor.toDoubleArray(), archive.read("weight").toDoubleArray());
      assertEquals(Shape.of(0, 3), archive.read("none").shape());
    }
  }

  @Test
  void whatHasNoTensorTypeIsRefusedByName() throws URISyntaxException {
    assertEquals(
        numpy("object.npy")
            + ": dtype object ('|O') holds pickled Python objects, which are never loaded; save it"
            + " with a numeric dtype",
        refusal("object.npy"));
    assertTrue(refusal("complex.npy").contains("dtype '<c16' has no tensor type"));
    assertTrue(refusal("text.npy").contains("dtype '<U2' has no tensor type"));
    assertTrue(refusal("structured.npy").contains("structured dtypes have no tensor type"));
  }

  private static String refusal(String name) throws URISyntaxException {
    Path file = numpy(name);
    return assertThrows(CheckpointException.class, () -> NpyFile.read(file)).getMessage();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " ",
        "{",
        "{'descr': '<f4'}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999999999,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000,)}",
        "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1 1)}",
        "{'descr': __import__('os'), 'fortran_order': False, 'shape': (1,)}"
      })
  void headersThatLieAreRefusedBeforeMemoryIsTaken(String header) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.US_ASCII);
    byte[] file = Arrays.copyOf(NpyHeader.MAGIC, 10 + text.length + 4);
    file[6] = 1;
    file[8] = (byte) text.length;
    System.arraycopy(text, 0, file, 10, text.length);
    Path path = folder.resolve("lie.npy");
    Files.write(path, file);
    assertThrows(CheckpointException.class, () -> NpyFile.read(path));
  }

  @Test
  void damagedFilesAreRefused() throws IOException, URISyntaxException {
    long seed = 5;
    Random random = new Random(seed);
    byte[] whole = Files.readAllBytes(numpy("fortran.npy"));
    byte[] archive = Files.readAllBytes(numpy("compressed.npz"));
    for (int i = 0; i < 300; i++) {
      boolean zip = i % 2 == 0;
      byte[] damaged = (zip ? archive : whole).clone();
      for (int k = random.nextInt(4); k >= 0; k--) {
        damaged[random.nextInt(zip ? damaged.length : 128)] = (byte) random.nextInt();
      }
      if (random.nextInt(4) == 0) {
        damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
      }
      Path path = folder.resolve("damaged" + i);
      Files.write(path, damaged);
      try {
        if (zip) {
          try (NpzFile file = NpzFile.open(path)) {
            file.names().forEach(file::read);
          }
        } else {
          NpyFile.read(path);
        }
      } catch (CressetException expected) {
        assertTrue(expected.getMessage().contains("damaged" + i), "seed " + seed);
      }
    }
  }
}
