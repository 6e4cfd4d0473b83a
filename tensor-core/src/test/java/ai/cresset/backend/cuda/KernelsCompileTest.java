package ai.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kernels compile for sm_80 and sm_90, where nvcc is installed. */
@NullUnmarked
class KernelsCompileTest {
  private static final String PRELUDE = "#include \"prelude.cuh\"\n";
  private static final Pattern MACRO = Pattern.compile("(?m)^ *# *define +(\\w+)");
  private static final int TOGETHER = 40;

  @TempDir private Path folder;

  private static boolean nvccIsHere() throws InterruptedException {
    try {
      return new ProcessBuilder("nvcc", "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static Path resource(String name) throws URISyntaxException {
    URL place = Objects.requireNonNull(KernelsCompileTest.class.getResource(name), name);
    return Path.of(place.toURI());
  }

  /** Lines such as {@code softmax.cu FROM=float ACC=float}, at least one for each file. */
  private static List<String> listed() throws IOException, URISyntaxException {
    return Files.readAllLines(resource("/kernel-variants.txt"));
  }

  /**
   * The compiler's complaints, or nothing. It is not to optimise, which takes most of its time, and
   * reads the source once: no kernel asks which architecture it is compiled for.
   */
  private String compile(int number, String what, String source)
      throws IOException, InterruptedException {
    Path file = folder.resolve(number + ".cu");
    Path log = folder.resolve(number + ".log");
    Files.writeString(file, source);
    ProcessBuilder builder =
        new ProcessBuilder(
            "nvcc",
            "-std=c++17",
            "-fatbin",
            "-Xcicc",
            "-O0",
            "-Xptxas",
            "-O0",
            "-gencode=arch=compute_80,code=[sm_80,sm_90]",
            "-o",
            folder.resolve(number + ".fatbin").toString(),
            file.toString());
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!process.waitFor(10, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      return what + ": no end\n";
    }
    return process.exitValue() == 0 ? "" : what + ":\n" + Files.readString(log);
  }

  private void compileAll(Map<String, String> sources) throws Exception {
    assumeTrue(nvccIsHere(), "there is no nvcc to compile kernels for sm_80 and sm_90");
    List<Callable<String>> work = new ArrayList<>();
    sources.forEach(
        (what, source) -> {
          int number = work.size();
          work.add(() -> compile(number, what, source));
        });
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      StringBuilder failures = new StringBuilder();
      for (Future<String> each : threads.invokeAll(work)) {
        failures.append(each.get());
      }
      assertEquals("", failures.toString());
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void everyFileIsListed() throws IOException, URISyntaxException {
    Set<String> files = new TreeSet<>();
    Path prelude =
        Path.of(Objects.requireNonNull(KernelSource.class.getResource("prelude.cuh")).toURI());
    try (Stream<Path> all = Files.list(prelude.resolveSibling(""))) {
      all.map(file -> file.toFile().getName())
          .filter(name -> name.endsWith(".cu"))
          .forEach(files::add);
    }
    assertFalse(files.isEmpty());
    Set<String> listed = new TreeSet<>();
    listed().forEach(line -> listed.add(line.split(" ")[0]));
    assertEquals(files, listed, "lines of src/test/resources/kernel-variants.txt");
  }

  @Test
  void listedVariantsCompile() throws Exception {
    Map<String, String> sources = new LinkedHashMap<>();
    for (String variant : listed()) {
      StringBuilder source = new StringBuilder(KernelSource.of("prelude.cuh"));
      String[] words = variant.split(" ");
      for (int i = 1; i < words.length; i++) {
        source.append("#define ").append(words[i].replaceFirst("=", " ")).append('\n');
      }
      sources.put(variant, source.append(KernelSource.of(words[0])).toString());
    }
    compileAll(sources);
  }

  /** All that was compiled while tests ran with CRESSET_EMULATOR_RECORD=1, many in each file. */
  @Test
  @Tag("long")
  void recordedKernelsCompile() throws Exception {
    Path objects = Path.of("target", "cuda-emulator", "objects");
    List<Path> recorded = new ArrayList<>();
    if (Files.isDirectory(objects)) {
      try (Stream<Path> files = Files.list(objects)) {
        files.filter(file -> file.toString().endsWith(".cu")).sorted().forEach(recorded::add);
      }
    }
    assumeTrue(!recorded.isEmpty(), "no kernels were recorded: tests/long.sh cuda-emulator");
    String prelude = KernelSource.of("prelude.cuh");
    Map<String, StringBuilder> together = new LinkedHashMap<>();
    int number = 0;
    for (Path file : recorded) {
      together
          .computeIfAbsent(
              "recorded " + number / TOGETHER, missing -> new StringBuilder(prelude).append('\n'))
          .append(apart(number, Files.readString(file).replace(PRELUDE, "")));
      number++;
    }
    Map<String, String> sources = new LinkedHashMap<>();
    together.forEach((what, source) -> sources.put(what, source.toString()));
    compileAll(sources);
    System.out.println(number + " recorded kernels compile");
  }

  /** A source that shares a file with others: its names and its macros end with it. */
  private static String apart(int number, String source) {
    StringBuilder text = new StringBuilder("namespace n" + number + " {\n");
    text.append(source.replace("extern \"C\" __global__", "__global__")).append("\n}\n");
    Matcher macros = MACRO.matcher(source);
    while (macros.find()) {
      text.append("#undef ").append(macros.group(1)).append('\n');
    }
    return text.toString();
  }
}
