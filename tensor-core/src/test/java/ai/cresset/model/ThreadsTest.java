package ai.cresset.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A machine with more cores must compute the same bits. A process takes its threads at start-up.
 */
final class ThreadsTest {
  @Test
  void oneToFourThreadsGiveTheSameBits() throws Exception {
    List<Process> probes = new ArrayList<>();
    for (int threads = 1; threads <= 4; threads++) {
      probes.add(start(threads));
    }
    Map<String, String> one = bits(probes.get(0));
    assertTrue(one.size() > 200, "results seen: " + one.keySet());
    for (int threads = 2; threads <= 4; threads++) {
      Map<String, String> more = bits(probes.get(threads - 1));
      assertEquals(one.keySet(), more.keySet());
      List<String> different =
          one.keySet().stream()
              .filter(name -> !Objects.equals(one.get(name), more.get(name)))
              .toList();
      assertEquals(List.of(), different, "other bits with " + threads + " threads");
    }
  }

  private static Process start(int threads) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // The options of this process: modules that are opened and added.
    command.addAll(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> option.startsWith("--add-"))
            .toList());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), ThreadsProbe.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
    return builder.redirectErrorStream(true).start();
  }

  private static Map<String, String> bits(Process process)
      throws IOException, InterruptedException {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    Map<String, String> bits = new TreeMap<>();
    for (String line : output.lines().filter(text -> text.startsWith("bits ")).toList()) {
      int end = line.lastIndexOf(' ');
      bits.put(line.substring(5, end), line.substring(end + 1));
    }
    return bits;
  }
}
