package ai.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kernels compile for real devices, where nvcc is installed. */
class KernelsCompileTest {
  @TempDir private Path folder;

  private static boolean nvcc() throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder("nvcc", "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** The compiler's complaints, or nothing. */
  private String compile(int number, String what, String source)
      throws IOException, InterruptedException {
    Path file = folder.resolve(number + ".cu");
    Path log = folder.resolve(number + ".log");
    Files.writeString(file, source);
    Process process =
        new ProcessBuilder(
                "nvcc",
                "-std=c++17",
                "-fatbin",
                "-gencode=arch=compute_80,code=sm_80",
                "-gencode=arch=compute_90,code=sm_90",
                "-o",
                folder.resolve(number + ".fatbin").toString(),
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!process.waitFor(10, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      return what + ": no end";
    }
    return process.exitValue() == 0 ? "" : what + ":\n" + Files.readString(log);
  }

  private void compileAll(Collection<String> variants) throws Exception {
    assumeTrue(nvcc(), "left out: there is no nvcc to compile kernels for sm_80 and sm_90");
    List<Callable<String>> work = new ArrayList<>();
    for (String variant : variants) {
      int number = work.size();
      work.add(() -> compile(number, variant, KernelVariants.source(variant)));
    }
    ExecutorService threads =
        Executors.newFixedThreadPool(Math.max(1, Runtime.getRuntime().availableProcessors()));
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
  void oneVariantOfEachFileCompiles() throws Exception {
    Map<String, String> first = new LinkedHashMap<>();
    for (String variant : KernelVariants.listed()) {
      first.putIfAbsent(variant.split(" ")[0], variant);
    }
    compileAll(first.values());
  }

  @Test
  @Tag("long")
  void everyVariantCompiles() throws Exception {
    compileAll(KernelVariants.listed());
  }
}
