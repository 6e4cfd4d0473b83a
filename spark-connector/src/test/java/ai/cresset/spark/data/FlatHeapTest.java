package ai.cresset.spark.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FlatHeapTest {
  @Test
  void tenTimesTheHeapStreamsThroughFewBatches() throws Exception {
    int rowBytes = 64 << 10;
    long rows = 16_000; // 1 GB through a heap of 100 MB
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(each -> each.startsWith("--add") || each.startsWith("-D") || each.startsWith("-XX"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx100m", "-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(FlatHeapMain.class.getName(), Long.toString(rows), Integer.toString(rowBytes)));
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, child.waitFor(), output);
    Matcher line = Pattern.compile("rows (\\d+) native (\\d+) live (\\d+)").matcher(output);
    assertTrue(line.find(), output);
    assertEquals(rows, Long.parseLong(line.group(1)));
    // Two batches wait, one is filled, one is in the worker's hands; blocks are rounded up.
    assertTrue(Long.parseLong(line.group(2)) <= 6L * 64 * 2 * rowBytes, output);
    assertEquals("0", line.group(3));
  }
}
