package ai.cresset.tests.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.tests.cluster.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A stage of a pipeline whose executor is killed: the job goes on from its checkpoint. */
@NullUnmarked
@Tag("long")
@ExtendWith(TestCluster.Extension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class KilledPipelineTest {
  private static final Pattern STEP = Pattern.compile("(step \\d+): (loss [^,]+)(,.*)?");

  @ParameterizedTest(name = "{0}, {1} chunks")
  @CsvSource({"gpipe,1", "1f1b,1", "interleaved,2", "zero_bubble,1"})
  void theJobGoesOnToTheSameLosses(
      String schedule, int chunks, TestCluster cluster, @TempDir Path directory) throws Exception {
    Path text = FaultyRun.text(directory);
    List<String> pipeline =
        List.of(
            "parallel.pipeline=2",
            "parallel.schedule=" + schedule,
            "parallel.chunks=" + chunks,
            "train.micro_batch=1",
            "train.log_every=1");
    FaultyRun undisturbed =
        FaultyRun.start(cluster, directory.resolve("undisturbed"), text, 1, pipeline);
    Map<String, String> expected = losses(undisturbed.job().join());
    FaultyRun run = FaultyRun.start(cluster, directory.resolve("killed"), text, 2, pipeline);
    long doomed = run.process(1, 0);
    long survivor = run.process(0, 0);
    run.awaitStep(FaultyRun.STEPS / 2);
    long killed = Signals.kill(doomed);
    String failure =
        cluster
            .log()
            .await(
                killed,
                "the survivor's failure",
                Duration.ofSeconds(30),
                line -> line.process() == survivor && line.text().contains("failed: rank "))
            .text();
    assertTrue(failure.contains("rank 1 failed first: process "), failure);
    String output = run.job().join();
    assertTrue(output.contains("attempt 1 of 2 failed: executor "), output);
    assertEquals(expected, losses(output), output);
    run.assertSameWeightsAs(undisturbed, schedule);
  }

  /** What was said of each step, for the last time. */
  private static Map<String, String> losses(String output) {
    Map<String, String> losses = new TreeMap<>();
    for (String line : output.split("\n")) {
      Matcher step = STEP.matcher(line);
      if (step.matches()) {
        losses.put(step.group(1), step.group(2));
      }
    }
    assertEquals(FaultyRun.STEPS + 1, losses.size(), output); // and before the first
    return losses;
  }
}
