package ai.cresset.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** oneDNN has reference loops that are a thousand times slower; no model may meet one. */
final class ReferenceLoopsTest {
  @Test
  void noModelTakesAReferenceLoop() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> option.startsWith("--add-"))
            .toList());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), ModelStepsProbe.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("ONEDNN_VERBOSE", "profile_exec");
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    assertTrue(output.lines().anyMatch("done"::equals), "the probe did not end");
    Set<String> chosen = new TreeSet<>();
    // onednn_verbose,v1,primitive,exec,cpu,<primitive>,<implementation>,...
    for (String line : output.lines().filter(text -> text.contains(",exec,cpu,")).toList()) {
      String[] words = line.split(",", -1);
      chosen.add(words[5] + " " + words[6]);
    }
    assertTrue(
        chosen.stream().anyMatch(each -> each.startsWith("convolution ")), chosen.toString());
    assertTrue(chosen.stream().anyMatch(each -> each.startsWith("matmul ")), chosen.toString());
    List<String> slow =
        chosen.stream().filter(each -> each.matches("(convolution|matmul) .*ref.*")).toList();
    assertEquals(List.of(), slow, "of " + chosen);
  }
}
