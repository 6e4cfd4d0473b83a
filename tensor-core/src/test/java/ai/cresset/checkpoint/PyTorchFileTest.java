package ai.cresset.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CheckpointException;
import ai.cresset.error.CressetException;
import ai.cresset.nn.StateDict;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of tests/peers/pth_files.py, hostile ones, and ours read again. */
@ExtendWith(LeakCheck.class)
class PyTorchFileTest {
  private static final String SAVE_THE_STATE =
      "nothing of the file was run. Load it in Python and save what it is made of, such as"
          + " torch.save(model.state_dict(), path)";

  static Path golden(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(PyTorchFileTest.class.getResource("/golden/pth/" + name), name)
              .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5})
  void everyKindOfValueAndOfElementInEveryProtocol(int protocol) {
    try (PyTorchFile file = PyTorchFile.read(golden("values-" + protocol + ".pth"))) {
      for (DType type : DType.values()) {
        Tensor tensor = file.get("tensors", type.toString()).tensor().value();
        assertEquals(type, tensor.dtype());
        double[] expected =
            switch (type) {
              case FLOAT64 -> new double[] {1.5, -2};
              case FLOAT32, FLOAT16, BFLOAT16 -> new double[] {0.5, 3};
              case INT64 -> new double[] {-1, 0x1p40};
              case INT32, INT16, INT8 -> new double[] {-7, 7};
              case UINT8 -> new double[] {0, 255};
              case BOOL -> new double[] {1, 0};
            };
        assertArrayEquals(expected, tensor.toDoubleArray());
      }
      assertEquals(-5, file.get("negative").whole());
      assertEquals("Grüße", file.get("text").text());
      assertEquals(0x1p70, file.get("long").number());
      assertEquals("an int of 72 bits", file.get("long").toString());
      assertEquals("cuda:1", file.get("device").text());
      assertEquals(new PyTorchValue.ElementType(DType.BFLOAT16), file.get("dtype"));
      assertEquals(new PyTorchValue.Bytes("\0\u00ff"), file.get("bytes"));
      assertEquals(List.of(PyTorchValue.of(2), PyTorchValue.of(3)), file.get("size").items());
      assertEquals("set", file.get("set").kind());
      assertTrue(file.get("tuple").items().get(0).truth());
      assertTrue(file.get("list").items().get(1).items().get(2).isNone());
      assertEquals(2.5, file.get("list").items().get(1).items().get(0).number());
      assertEquals("number", file.root().dict().entries().get(PyTorchValue.of(5)).text());
      assertEquals(
          "a dict with the keys [b, a]", file.get("ordered").toString(), "the order is kept");
    }
  }

  @Test
  void viewsKeepTheirStridesAndShareMemory() {
    try (PyTorchFile file = PyTorchFile.read(golden("values-2.pth"))) {
      Tensor matrix = file.get("matrix").tensor().value();
      Tensor transposed = file.get("transposed").tensor().value();
      assertSame(matrix.storage(), transposed.storage());
      assertEquals(Shape.of(4, 3), transposed.shape());
      assertArrayEquals(matrix.t().toDoubleArray(), transposed.toDoubleArray());
      assertArrayEquals(new double[] {2, 5, 8}, file.get("slice").tensor().value().toDoubleArray());
      assertArrayEquals(
          new double[] {7, 7, 7}, file.get("expanded").tensor().value().toDoubleArray());
      assertEquals(2.5, file.get("scalar").number());
      assertEquals(Shape.of(0, 3), file.get("empty").tensor().value().shape());
      assertTrue(file.get("parameter").tensor().isParameter());
      assertTrue(file.get("parameter").tensor().requiresGrad());
      assertFalse(file.get("frozen").tensor().requiresGrad());
    }
  }

  @Test
  void aStateDictLivesOnWhenItsFileIsClosed() {
    StateDict state;
    try (PyTorchFile file = PyTorchFile.read(golden("values-4.pth"))) {
      state = file.stateDict("state");
    }
    try (state) {
      assertEquals(
          List.of(
              "0.weight",
              "0.bias",
              "1.weight",
              "1.bias",
              "1.running_mean",
              "1.running_var",
              "1.num_batches_tracked"),
          List.copyOf(state.tensors().keySet()));
      assertEquals(1, state.get("1.running_var").mean().item());
    }
  }

  private static String refusal(String file) {
    Path path = golden(file);
    return Refused.message(CheckpointException.class, () -> PyTorchFile.read(path))
        .replace(path.toString(), "FILE");
  }

  @Test
  void codeIsRefusedByItsNameAndNothingIsRun() {
    assertEquals(
        "FILE: it needs Python's 'torch.nn.modules.linear.Linear', which is no tensor, dict, list,"
            + " number or string; "
            + SAVE_THE_STATE,
        refusal("module.pth"));
    assertTrue(refusal("numpy.pth").startsWith("FILE: it needs Python's 'numpy"));
    assertEquals(
        "FILE: it has elements of the type torch.ComplexFloatStorage; the types here are bool,"
            + " uint8, int8, int16, int32, int64, float16, bfloat16, float32, float64. Cast in"
            + " Python before saving: tensor.to(torch.float32)",
        refusal("complex.pth"));
    assertEquals(
        "FILE: it has the format of PyTorch before 1.6, which is not read here. Write it again with"
            + " a newer one: torch.save(torch.load(path, weights_only=True), path)",
        refusal("legacy.pth"));
  }

  @Test
  void questionsThatDoNotFitSayWhatIsThere() {
    try (PyTorchFile file = PyTorchFile.read(golden("values-2.pth"))) {
      assertEquals(
          "expected a tensor, got the int -5",
          Refused.message(CheckpointException.class, () -> file.get("negative").tensor()));
      assertEquals(
          "there is no key 'c' in a dict with the keys [b, a]",
          Refused.message(CheckpointException.class, () -> file.get("ordered", "c")));
      assertEquals(
          "expected a state dict, which holds tensors under text only, got the str 'b' -> the int 1,"
              + " the str 'a' -> the int 2; name the key that holds the state, such as"
              + " stateDict(\"model_state_dict\")",
          Refused.message(CheckpointException.class, () -> file.stateDict("ordered")));
    }
  }

  // ---- hostile files ----

  private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    CRC32 checksum = new CRC32();
    checksum.update(content);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  /** A file with this pickle and one storage of two float32. */
  private static Path file(Path folder, String pickle) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      entry(zip, "a/data.pkl", pickle.getBytes(StandardCharsets.ISO_8859_1));
      entry(zip, "a/data/0", new byte[8]);
    }
    return Files.write(folder.resolve("hostile.pth"), bytes.toByteArray());
  }

  /** A tensor over the storage, which says that it has so many elements. */
  private static String tensor(int elements, int offset, int size, int stride) {
    return "\u0080\2ctorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storagectorch\nFloatStorage\n"
        + "X\1\0\0\0"
        + "0X\3\0\0\0cpuK"
        + (char) elements
        + "tQK"
        + (char) offset
        + "K"
        + (char) size
        + "\u0085K"
        + (char) stride
        + "\u0085\u0089NtR.";
  }

  @Test
  void whatWouldRunCodeIsRefusedWhateverTheInstruction(@TempDir Path folder) throws IOException {
    List<String> pickles =
        List.of(
            "\u0080\2cos\nsystem\nX\4\0\0\0true\u0085R.",
            "\u0080\4\u008c\5posix\u008c\6system\u0093\u008c\4true\u0085R.",
            "\u0080\2c__builtin__\neval\nX\1\0\0\0001\u0085R.",
            "\u0080\2cbuiltins\ngetattr\n.",
            "\u0080\2ctorch.hub\nload\n.");
    for (String pickle : pickles) {
      Path path = file(folder, pickle);
      String message = Refused.message(CheckpointException.class, () -> PyTorchFile.read(path));
      assertTrue(message.contains("it needs Python's '"), message);
      assertTrue(message.endsWith(SAVE_THE_STATE), message);
    }
    Path instance = file(folder, "\u0080\2(ios\nsystem\n.");
    String message = Refused.message(CheckpointException.class, () -> PyTorchFile.read(instance));
    assertTrue(message.contains("instruction 0x69 at byte 3 is none that torch.save"), message);
  }

  @Test
  void tensorsOutsideOfTheirStoragesAreRefused(@TempDir Path folder) throws IOException {
    try (PyTorchFile good = PyTorchFile.read(file(folder, tensor(2, 0, 2, 1)))) {
      assertArrayEquals(new double[2], good.root().tensor().value().toDoubleArray());
    }
    int[][] wrong = {{2, 1, 2, 1}, {2, 0, 3, 1}, {2, 0, 2, 2}, {2, 3, 0, 1}, {3, 0, 2, 1}};
    for (int[] each : wrong) {
      Path path = file(folder, tensor(each[0], each[1], each[2], each[3]));
      String message = Refused.message(CheckpointException.class, () -> PyTorchFile.read(path));
      assertTrue(message.contains("the file is damaged"), message);
    }
  }

  @Test
  void lengthsThatCannotBeAreRefusedBeforeMemoryIsTaken(@TempDir Path folder) throws IOException {
    List<String> pickles =
        List.of(
            "\u0080\2X\u00ff\u00ff\u00ff\u007fabc.",
            "\u0080\4\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007fabc.",
            "\u0080\2\u008b\u00ff\u00ff\u00ff\u007f.",
            "\u0080\2h\1.",
            "\u0080\2t.",
            "\u0080\2.",
            "\u0080\2]",
            "\u0080\u0007N.",
            "\u0080\2]K\1s.");
    for (String pickle : pickles) {
      Path path = file(folder, pickle);
      String message = Refused.message(CheckpointException.class, () -> PyTorchFile.read(path));
      assertTrue(message.endsWith("the file is damaged, use another copy of it"), message);
    }
  }

  @Test
  void containersThatHoldThemselvesCanBeReadButNotWritten(@TempDir Path folder) throws IOException {
    try (PyTorchFile file = PyTorchFile.read(file(folder, "\u0080\2]q\0h\0a."))) {
      assertSame(file.root(), file.root().items().get(0));
      assertEquals("a list of 1", file.root().toString());
      assertEquals(
          "cannot write a list of 1, which holds itself",
          Refused.message(
              CheckpointException.class,
              () -> PyTorchWriter.save(folder.resolve("out.pth"), file.root())));
    }
  }

  @Test
  void otherArchivesAndFilesAreRefused(@TempDir Path folder) throws IOException {
    Path empty = folder.resolve("empty.pth");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(empty))) {
      entry(zip, "a/b", new byte[1]);
    }
    assertTrue(
        Refused.message(CheckpointException.class, () -> PyTorchFile.read(empty))
            .contains("expected one entry data.pkl as torch.save writes it, found 0"));
    Path packed = folder.resolve("packed.pth");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(packed))) {
      zip.putNextEntry(new ZipEntry("a/data.pkl"));
      zip.write("\u0080\2N.".getBytes(StandardCharsets.ISO_8859_1));
    }
    assertTrue(
        Refused.message(CheckpointException.class, () -> PyTorchFile.read(packed))
            .contains("data.pkl is compressed, which torch.save never does"));
    Path text = Files.writeString(folder.resolve("text.pth"), "no archive");
    assertTrue(
        Refused.message(CheckpointException.class, () -> PyTorchFile.read(text))
            .contains("it is no ZIP archive as torch.save writes it"));
  }

  @Test
  void noDamageGetsPastAChecksum(@TempDir Path folder) throws IOException {
    byte[] good = Files.readAllBytes(golden("values-2.pth"));
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      byte[] bad = good.clone();
      for (int flips = random.nextInt(4) + 1; flips > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      Path path = Files.write(folder.resolve("bad.pth"), bad);
      try (PyTorchFile file = PyTorchFile.read(path)) {
        file.root();
      } catch (CressetException e) {
        assertFalse(String.valueOf(e.getMessage()).isBlank());
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", round " + i, e);
      }
    }
    assertThrows(
        CheckpointException.class, () -> PyTorchFile.read(folder.resolve("there-is-none.pth")));
  }
}
