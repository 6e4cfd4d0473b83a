package ai.cresset.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import ai.cresset.nn.StateDict;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.functional.Losses;
import ai.cresset.nn.layer.Linear;
import ai.cresset.optim.AdamW;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is written, read by Java's own ZIP reader, by ours, and where {@code CRESSET_PYTHON} names a
 * Python with torch, by PyTorch: {@code tests/peers/pth_files.py check}.
 */
@ExtendWith(LeakCheck.class)
class PyTorchWriterTest {
  @TempDir Path folder;

  /** A checkpoint in the middle of a training, with what the next step gives. */
  private static PyTorchDict checkpoint(Sequential model, AdamW optimizer) {
    Tensor input = Tensor.randn(5, 3);
    Tensor target = Tensor.randn(5, 2);
    Runnable step =
        () -> {
          optimizer.zeroGrad();
          Losses.mseLoss(model.call(input), target).sum().backward();
          optimizer.step();
        };
    step.run();
    step.run();
    PyTorchDict root = new PyTorchDict();
    try (StateDict state = model.stateDict();
        StateDict copy = state.copy()) {
      // The copies belong to the test's scope from now on.
      PyTorchDict weights = new PyTorchDict();
      copy.tensors().forEach((name, tensor) -> weights.put(name, tensor.detach()));
      root.put("model_state_dict", weights);
    }
    PyTorchDict saved = PyTorchOptimizers.state(optimizer);
    PyTorchDict states = new PyTorchDict();
    saved
        .get("state")
        .dict()
        .entries()
        .forEach(
            (index, each) -> {
              PyTorchDict slots = new PyTorchDict();
              each.dict()
                  .entries()
                  .forEach(
                      (slot, tensor) ->
                          slots.put(slot.text(), tensor.tensor().value().detachedClone()));
              states.put(index, slots);
            });
    root.put(
        "optimizer_state_dict",
        new PyTorchDict().put("state", states).put("param_groups", saved.get("param_groups")));
    root.put("input", input).put("target", target);
    step.run();
    PyTorchDict after = new PyTorchDict();
    model.namedParameters().forEach((name, each) -> after.put(name, each.detach()));
    return root.put("after", after);
  }

  private static PyTorchDict everything(PyTorchDict root) {
    PyTorchDict types = new PyTorchDict();
    for (DType type : DType.values()) {
      types.put(type.toString(), Tensor.arange(2).to(type));
    }
    Tensor shared = Tensor.ones(3);
    return root.put("epoch", 3)
        .put("loss", 0.25)
        .put("name", "Grüße")
        .put("done", true)
        .put("none", new PyTorchValue.None())
        .put(
            "list",
            PyTorchSequence.list(
                List.of(
                    PyTorchValue.of(1),
                    PyTorchValue.of(2.5),
                    PyTorchValue.of("text"),
                    new PyTorchValue.None())))
        .put("tuple", PyTorchSequence.tuple(PyTorchValue.of(1L << 40), PyTorchValue.of(false)))
        .put("tied", new PyTorchDict().put("a", shared).put("b", shared.detach()))
        .put("transposed", Tensor.arange(6).to(DType.FLOAT32).reshape(2, 3).t())
        .put("types", types);
  }

  @Test
  void everyReaderFindsWhatWasWritten() throws Exception {
    Path path = folder.resolve("checkpoint.pth");
    try (Sequential model = new Sequential(new Linear(3, 4), new Relu(), new Linear(4, 2));
        AdamW optimizer = new AdamW(model.namedParameters(), 0.01)) {
      PyTorchWriter.save(path, everything(checkpoint(model, optimizer)));
      checkArchive(path);
      try (PyTorchFile file = PyTorchFile.read(path)) {
        checkValues(file);
        checkTraining(file, model);
      }
    }
    checkWithPyTorch(path);
  }

  /** By {@code java.util.zip} alone: checksums, sizes, and where the entries begin. */
  private static void checkArchive(Path path) throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    Map<String, byte[]> entries = new TreeMap<>();
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(path))) {
      for (ZipEntry each = zip.getNextEntry(); each != null; each = zip.getNextEntry()) {
        assertEquals(ZipEntry.STORED, each.getMethod());
        entries.put(each.getName(), zip.readAllBytes());
      }
    }
    assertEquals("little", new String(entries.get("archive/byteorder"), UTF_8));
    assertEquals("3\n", new String(entries.get("archive/version"), UTF_8));
    assertEquals("64", new String(entries.get("archive/.storage_alignment"), UTF_8));
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    int seen = 0;
    while (file.getInt(at) == 0x04034b50) {
      int content = at + 30 + file.getShort(at + 26) + file.getShort(at + 28);
      assertEquals(0, content % 64, "the content begins at " + content);
      at = content + file.getInt(at + 18);
      seen++;
    }
    assertEquals(entries.size(), seen);
    assertEquals((byte) 0x80, entries.get("archive/data.pkl")[0]);
  }

  private static void checkValues(PyTorchFile file) {
    assertEquals(3, file.get("epoch").whole());
    assertEquals("Grüße", file.get("name").text());
    assertEquals("tuple", file.get("tuple").kind());
    assertEquals(1L << 40, file.get("tuple").items().get(0).whole());
    for (DType type : DType.values()) {
      Tensor tensor = file.get("types", type.toString()).tensor().value();
      assertEquals(type, tensor.dtype());
      assertArrayEquals(new double[] {0, 1}, tensor.toDoubleArray());
    }
    assertSame(
        file.get("tied", "a").tensor().value().storage(),
        file.get("tied", "b").tensor().value().storage());
    assertArrayEquals(
        new double[] {0, 3, 1, 4, 2, 5}, file.get("transposed").tensor().value().toDoubleArray());
  }

  /** The next step from the file gives what the next step gave. */
  private static void checkTraining(PyTorchFile file, Sequential trained) {
    try (Sequential model = new Sequential(new Linear(3, 4), new Relu(), new Linear(4, 2));
        AdamW optimizer = new AdamW(model.namedParameters(), 1);
        StateDict state = file.stateDict("model_state_dict")) {
      model.loadStateDict(state);
      PyTorchOptimizers.load(optimizer, file.get("optimizer_state_dict"));
      assertEquals(0.01, optimizer.groups().get(0).learningRate());
      Tensor output = model.call(file.get("input").tensor().value());
      Losses.mseLoss(output, file.get("target").tensor().value()).sum().backward();
      optimizer.step();
      trained
          .namedParameters()
          .forEach(
              (name, expected) ->
                  assertArrayEquals(
                      expected.toFloatArray(),
                      Objects.requireNonNull(model.namedParameters().get(name)).toFloatArray(),
                      name));
    }
  }

  private static void checkWithPyTorch(Path path) throws Exception {
    String python = System.getenv("CRESSET_PYTHON");
    if (python == null) {
      System.out.println("CRESSET_PYTHON names no Python with torch: read by Java alone");
      return;
    }
    Path script = Path.of("..", "tests", "peers", "pth_files.py");
    Process process =
        new ProcessBuilder(python, script.toString(), "check", path.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output);
  }
}
