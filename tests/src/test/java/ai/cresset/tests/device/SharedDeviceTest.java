package ai.cresset.tests.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ranks in one process share a device's context and reduce its gradients on the host. */
@NullUnmarked
class SharedDeviceTest {
  private static final Path HOME = Path.of(System.getProperty("cresset.home"));

  @TempDir private Path directory;

  @Test
  void twoRanksTrainOnOneDeviceAsOnTheCpu() throws IOException, InterruptedException {
    Path libraries = HOME.resolve("tensor-core/target/cuda-emulator").toAbsolutePath().normalize();
    assumeTrue(Files.isDirectory(libraries), "left out: the emulator's sources are not built");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-Xmx512m",
                "-Dcresset.cuda.cache=" + directory,
                "-cp",
                System.getProperty("java.class.path"),
                SharedDevice.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("LD_LIBRARY_PATH", libraries.toString());
    Process process = builder.start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertEquals(0, process.waitFor(), output);
    List<String> lines = output.lines().toList();
    assumeTrue(!lines.get(0).startsWith("left out"), output);
    assertEquals(
        List.of("ranks agree: true", "as on the CPU: true", "kernels: true", "left: 0"), lines);
  }
}
