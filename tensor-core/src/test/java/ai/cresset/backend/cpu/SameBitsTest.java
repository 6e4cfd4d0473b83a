package ai.cresset.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A restarted process must compute the same bits as a warm one. Each Java process here compiles
 * differently, or not at all.
 */
final class SameBitsTest {
  private static final String[] VECTORS = {"--add-modules", "jdk.incubator.vector"};

  @Test
  void interpreterCompilersAndPlainLoopsGiveTheSameBits() throws Exception {
    Map<String, String> plain = probe(1, "-Xint");
    assertTrue(plain.size() > 50, "kernels seen: " + plain.keySet());
    assertEquals(plain, probe(1, "-Xint", VECTORS[0], VECTORS[1]), "interpreted vectors");
    assertEquals(plain, probe(60, "-XX:TieredStopAtLevel=1"), "plain loops, first compiler");
    assertEquals(
        plain,
        probe(3, "-XX:TieredStopAtLevel=1", VECTORS[0], VECTORS[1]),
        "vectors, first compiler");
    assertEquals(plain, probe(300), "plain loops, both compilers");
    assertEquals(plain, probe(300, VECTORS), "vectors, both compilers");
  }

  private static Map<String, String> probe(int rounds, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            BitsProbe.class.getName(),
            Integer.toString(rounds)));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    boolean vectors = List.of(options).contains(VECTORS[1]);
    assertTrue(output.contains(vectors ? "kernels Vector API" : "kernels plain loops"), output);
    Map<String, String> bits = new TreeMap<>();
    for (String line : output.lines().filter(text -> text.startsWith("bits ")).toList()) {
      int end = line.lastIndexOf(' ');
      bits.put(line.substring(5, end), line.substring(end + 1));
    }
    return bits;
  }
}
