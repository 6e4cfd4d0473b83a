package ai.cresset.tests.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.checkpoint.ModelFile;
import ai.cresset.checkpoint.NpyFile;
import ai.cresset.checkpoint.NpzFile;
import ai.cresset.checkpoint.PyTorchDict;
import ai.cresset.checkpoint.PyTorchSequence;
import ai.cresset.checkpoint.PyTorchTensor;
import ai.cresset.checkpoint.PyTorchValue;
import ai.cresset.checkpoint.PyTorchWriter;
import ai.cresset.checkpoint.SafetensorsFile;
import ai.cresset.checkpoint.SafetensorsWriter;
import ai.cresset.memory.Scope;
import ai.cresset.nn.activation.Gelu;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Linear;
import ai.cresset.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lets Jazzer look for inputs that a reader does not survive, in a process of its own with little
 * memory. {@code -Dcresset.fuzz.seconds} is for each reader; {@code tests/long.sh fuzz} gives more.
 * An input that breaks a reader is left in {@code target/fuzz}.
 */
final class FuzzTest {
  /** For each reader; 0 for so many inputs as every build has time for. */
  private static final int SECONDS = Integer.getInteger("cresset.fuzz.seconds", 0);

  private static final Pattern RUNS = Pattern.compile("Done (\\d+) runs");

  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @ValueSource(
      classes = {
        SafetensorsTarget.class,
        ModelTextTarget.class,
        NpyTarget.class,
        NpzTarget.class,
        PyTorchTarget.class,
        PickleTarget.class
      })
  void noFileBreaksItsReader(Class<?> target, @TempDir Path scratch) throws Exception {
    fuzz(target, scratch);
  }

  @ParameterizedTest
  @ValueSource(classes = IndexTextTarget.class)
  void noTextBreaksIndexing(Class<?> target, @TempDir Path scratch) throws Exception {
    fuzz(target, scratch);
  }

  private static void fuzz(Class<?> target, Path scratch) throws Exception {
    Path corpus = Files.createDirectories(scratch.resolve("corpus"));
    try (Scope scope = Scope.open("seeds")) {
      writeSeeds(target, corpus);
    }
    Path findings = Files.createDirectories(Path.of("target", "fuzz", target.getSimpleName()));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--add-"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Xmx192m",
            "-Djava.io.tmpdir=" + scratch,
            "-cp",
            System.getProperty("java.class.path"),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + target.getName(),
            "--instrumentation_includes=ai.cresset.checkpoint.**:ai.cresset.tensor.*",
            "--hooks=false",
            "--reproducer_path=" + findings,
            "-artifact_prefix=" + findings + "/",
            "-max_len=65536",
            "-timeout=10",
            "-rss_limit_mb=2048",
            SECONDS == 0 ? "-runs=3000" : "-max_total_time=" + SECONDS,
            corpus.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output);
    Matcher runs = RUNS.matcher(output);
    assertTrue(runs.find(), output);
    assertTrue(Long.parseLong(runs.group(1)) > 100, "runs: " + runs.group(1));
  }

  /** Good inputs, from which the fuzzer learns the format. */
  private static void writeSeeds(Class<?> target, Path corpus) throws IOException {
    Tensor matrix = Tensor.randn(2, 3);
    Tensor counts = Tensor.of(new long[] {1, 2, 3}, 3);
    if (target == SafetensorsTarget.class) {
      SafetensorsWriter.save(corpus.resolve("seed"), Map.of("a", matrix, "b", counts), Map.of());
    } else if (target == ModelTextTarget.class) {
      Path file = Files.createTempFile("seed", ".safetensors");
      try (Sequential model = new Sequential(new Linear(3, 2), new Gelu(), new Dropout(0.5))) {
        ModelFile.save(file, model);
        try (SafetensorsFile saved = SafetensorsFile.open(file)) {
          Files.writeString(
              corpus.resolve("seed"),
              Objects.requireNonNull(saved.metadata().get("cresset.model")));
        }
      } finally {
        Files.delete(file);
      }
    } else if (target == NpyTarget.class) {
      NpyFile.save(corpus.resolve("matrix"), matrix);
      NpyFile.save(corpus.resolve("counts"), counts);
    } else if (target == NpzTarget.class) {
      NpzFile.save(corpus.resolve("seed"), Map.of("a", matrix, "b", counts));
    } else if (target == PyTorchTarget.class) {
      PyTorchWriter.save(corpus.resolve("seed"), values(matrix, counts));
    } else if (target == PickleTarget.class) {
      Path archive = Files.createTempFile("seed", ".pth");
      PyTorchWriter.save(archive, values(matrix, counts));
      try (ZipFile zip = new ZipFile(archive.toFile());
          InputStream pickle = zip.getInputStream(zip.getEntry("archive/data.pkl"))) {
        Files.copy(pickle, corpus.resolve("seed"));
      } finally {
        Files.delete(archive);
      }
    } else {
      List<String> texts =
          List.of("1,::2", "...,None,-1", "[0,1],:,[2,0]", "1:5:2,::3", "True", "-1,-3:,..., 0:2");
      for (int i = 0; i < texts.size(); i++) {
        Files.writeString(corpus.resolve("text" + i), texts.get(i));
      }
    }
  }

  private static PyTorchDict values(Tensor matrix, Tensor counts) {
    return new PyTorchDict()
        .put("a", matrix)
        .put("b", new PyTorchTensor(counts, false, true))
        .put("c", PyTorchSequence.list(List.of(PyTorchValue.of(1), PyTorchValue.of("text"))))
        .put("d", PyTorchSequence.tuple(PyTorchValue.of(0.5), PyTorchValue.of(true)));
  }
}
