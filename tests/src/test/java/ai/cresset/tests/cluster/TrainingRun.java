package ai.cresset.tests.cluster;

import ai.cresset.jobs.config.RecipeReader;
import ai.cresset.jobs.recipe.GptRecipe;
import ai.cresset.jobs.train.TrainJob;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A training job under way, as {@code deploy/local/run.sh train} starts it. */
public final class TrainingRun {
  private static final Path RECIPE =
      Path.of(System.getProperty("cresset.home"), "conf", "gpt-char-small.yaml");
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Output output = new Output();
  private final long startedMillis = System.currentTimeMillis();
  private final CompletableFuture<Void> done;

  /**
   * A line of the job's output.
   *
   * @param millis when it came
   */
  public record Line(long millis, String text) {}

  private TrainingRun(TestCluster cluster, GptRecipe recipe) {
    done =
        CompletableFuture.runAsync(
            () -> new TrainJob(cluster.session(), recipe, new PrintWriter(output), 0).run(),
            task -> {
              Thread thread = new Thread(task, "training job");
              thread.setDaemon(true);
              thread.start();
            });
  }

  /** Starts a job with these settings over those of a published recipe. */
  public static TrainingRun start(TestCluster cluster, List<String> overrides) {
    return new TrainingRun(cluster, RecipeReader.read(GptRecipe.class, RECIPE, overrides));
  }

  /** When it was started. */
  public long startedMillis() {
    return startedMillis;
  }

  /** Waits for a line of the output. */
  public Line await(String what, Predicate<String> wanted) throws InterruptedException {
    return output.await(what, wanted);
  }

  /** Waits for the end and gives all output; a failure is thrown as the job threw it. */
  public String join() throws InterruptedException {
    try {
      done.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return output.text();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new AssertionError(output.text(), e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("the job hangs; it said\n" + output.text(), e);
    }
  }

  private final class Output extends Writer {
    private final List<Line> lines = new ArrayList<>();
    private final StringBuilder unfinished = new StringBuilder();

    @Override
    public void write(char[] buffer, int offset, int length) {
      synchronized (lines) {
        for (int i = offset; i < offset + length; i++) {
          if (buffer[i] == '\n') {
            lines.add(new Line(System.currentTimeMillis(), unfinished.toString()));
            unfinished.setLength(0);
          } else {
            unfinished.append(buffer[i]);
          }
        }
        lines.notifyAll();
      }
    }

    Line await(String what, Predicate<String> wanted) throws InterruptedException {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      int seen = 0;
      synchronized (lines) {
        while (true) {
          for (; seen < lines.size(); seen++) {
            if (wanted.test(lines.get(seen).text())) {
              return lines.get(seen);
            }
          }
          long millis = (deadline - System.nanoTime()) / 1_000_000;
          if (millis <= 0 || done.isDone()) {
            throw new AssertionError(what + " did not come; the job said\n" + text());
          }
          lines.wait(Math.min(millis, 1000));
        }
      }
    }

    String text() {
      synchronized (lines) {
        return lines.stream().map(Line::text).collect(Collectors.joining("\n", "", "\n"));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
