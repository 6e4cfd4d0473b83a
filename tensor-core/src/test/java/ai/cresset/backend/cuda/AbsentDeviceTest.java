package ai.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jcuda.CudaException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines that lack something, as processes over small stand-ins for the driver. */
@NullUnmarked
class AbsentDeviceTest {
  private static final String DRIVER =
      """
      #include <stdlib.h>
      static int from(const char* name, int otherwise) {
        const char* value = getenv(name);
        return value ? atoi(value) : otherwise;
      }
      extern "C" int cuInit(unsigned) { return from("STAND_IN_INIT", 0); }
      extern "C" int cuDriverGetVersion(int* version) {
        *version = from("STAND_IN_VERSION", 12060);
        return 0;
      }
      extern "C" int cuDeviceGetCount(int* count) {
        *count = from("STAND_IN_COUNT", 1);
        return 0;
      }
      """;

  @TempDir private Path directory;

  @Test
  void machinesWithoutDriverSaySoInOneLineAtEveryCall() throws Exception {
    boolean here = Files.exists(Path.of("/usr/lib/x86_64-linux-gnu/libcuda.so.1"));
    assumeTrue(!here, "left out: this machine has an NVIDIA driver");
    List<String> lines = probe(Map.of(), "0", "0");
    assertEquals(
        "device cuda is not available: the NVIDIA driver cannot be loaded (libcuda.so.1 was not"
            + " found); install the NVIDIA driver 525 or newer (in a container, start it with GPU"
            + " access), or use Device.CPU",
        lines.get(0));
    assertEquals(lines.get(0), lines.get(1));
    assertEquals(2, lines.size(), lines.toString());
    try (Stream<Path> left = Files.list(directory)) {
      assertEquals(0, left.count(), "what was unpacked is removed");
    }
  }

  @Test
  void oldDriversNoDevicesAndWrongIndexesSayWhatToDo() throws Exception {
    build(DRIVER, "libcuda.so.1");
    expect(Map.of("STAND_IN_VERSION", "11040"), "supports CUDA 11.4, 12.0 is needed; install");
    expect(
        Map.of("STAND_IN_INIT", "100", "CUDA_VISIBLE_DEVICES", "-1"),
        "no GPU is visible (CUDA_VISIBLE_DEVICES is '-1'); check nvidia-smi");
    List<String> lines = probe(Map.of("STAND_IN_COUNT", "2"), "7");
    assertEquals(
        "device cuda:7 is not available: this process sees 2 GPUs, cuda:0 to cuda:1; use one of"
            + " them, or change CUDA_VISIBLE_DEVICES",
        lines.get(0));
  }

  @Test
  void everyRefusalOfTheDriverHasItsRemedy() {
    for (String[] each :
        new String[][] {
          {"CUDA_ERROR_NO_DEVICE", "check nvidia-smi and CUDA_VISIBLE_DEVICES"},
          {"CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", "restart the machine after a driver update"},
          {"CUDA_ERROR_STUB_LIBRARY", "remove the folder named stubs"},
          {"CUDA_ERROR_UNKNOWN", "(CUDA_ERROR_UNKNOWN); check that nvidia-smi works"}
        }) {
      String text = String.valueOf(CudaDriver.refused(new CudaException(each[0])).getMessage());
      assertTrue(text.contains(each[1]), text);
    }
  }

  private void expect(Map<String, String> environment, String part) throws Exception {
    List<String> lines = probe(environment, "0");
    assertEquals(1, lines.size(), lines.toString());
    assertTrue(lines.get(0).contains(part), lines.get(0));
  }

  private void build(String source, String name) throws IOException, InterruptedException {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/g++")), "left out: stand-ins need g++, not here");
    Path file = Files.writeString(directory.resolve("standin.cpp"), source);
    int result =
        new ProcessBuilder(
                "g++", "-shared", "-fPIC", "-o", directory.resolve(name).toString(), file + "")
            .inheritIO()
            .start()
            .waitFor();
    assertEquals(0, result, "g++");
  }

  /** What a process of its own says when it opens devices. */
  private List<String> probe(Map<String, String> environment, String... indexes)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + directory));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(DeviceProbe.class.getName());
    command.addAll(List.of(indexes));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LD_LIBRARY_PATH", directory.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertEquals(0, process.waitFor(), output);
    return output.lines().toList();
  }
}
