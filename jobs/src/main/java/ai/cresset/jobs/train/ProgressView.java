package ai.cresset.jobs.train;

import ai.cresset.parallel.launch.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far training is: a bar on a terminal, a line now and then elsewhere. What rank 0 says
 * stands for all.
 */
final class ProgressView implements AutoCloseable {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  private final PrintWriter out;
  private volatile long totalSteps;
  private final String unit;
  private final @Nullable ProgressBar bar;
  private final int columns;
  private volatile double secondsLeft = Double.NaN;
  private long lastLine;

  /**
   * A view.
   *
   * @param unit what speed is counted in
   * @param columns of the terminal; 0 if there is none
   */
  ProgressView(PrintWriter out, long totalSteps, String unit, int columns) {
    this.out = out;
    this.totalSteps = totalSteps;
    this.unit = unit;
    this.columns = columns;
    this.lastLine = System.nanoTime() - BETWEEN_LINES.toNanos();
    this.bar =
        columns == 0
            ? null
            : new ProgressBarBuilder()
                .setTaskName("training")
                .setInitialMax(totalSteps)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(250)
                .setEtaFunction(state -> timeLeft())
                .setConsumer(new Terminal())
                .build();
  }

  private Optional<Duration> timeLeft() {
    double seconds = secondsLeft;
    return seconds >= 0 && seconds < 1e9
        ? Optional.of(Duration.ofSeconds(Math.round(seconds)))
        : Optional.empty();
  }

  /** Takes what a worker reports. */
  synchronized void accept(Progress progress) {
    if (progress.rank() != 0) {
      return;
    }
    if (!progress.message().isEmpty()) {
      say(progress.message());
    }
    Map<String, Double> metrics = progress.metrics();
    if (!metrics.containsKey(Reports.LOSS)) {
      return;
    }
    if (progress.totalSteps() != totalSteps) { // of so many epochs, which only the workers know
      totalSteps = progress.totalSteps();
      if (bar != null) {
        bar.maxHint(totalSteps);
      }
    }
    secondsLeft = metrics.getOrDefault(Reports.SECONDS_LEFT, Double.NaN);
    String figures =
        String.format(
            Locale.ROOT,
            "loss %.4f, %,.0f %s/s",
            metrics.get(Reports.LOSS),
            metrics.getOrDefault(Reports.SPEED, Double.NaN),
            unit);
    if (bar != null) {
      bar.setExtraMessage(" " + figures);
      bar.stepTo(progress.step());
      return;
    }
    long now = System.nanoTime();
    if (now - lastLine >= BETWEEN_LINES.toNanos() || progress.step() == totalSteps) {
      lastLine = now;
      String left = timeLeft().map(time -> ", " + clock(time) + " left").orElse("");
      out.printf(Locale.ROOT, "step %d of %d: %s%s%n", progress.step(), totalSteps, figures, left);
      out.flush();
    }
  }

  private static String clock(Duration time) {
    return String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart());
  }

  /** Prints a line of its own. */
  void say(String text) {
    synchronized (out) {
      if (bar != null) {
        out.print("\r" + " ".repeat(columns - 1) + "\r");
      }
      out.println(text);
      out.flush();
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }

  /** Draws the bar over itself. */
  private final class Terminal implements ProgressBarConsumer {
    @Override
    public int getMaxRenderedLength() {
      return columns - 1;
    }

    @Override
    public void accept(String rendered) {
      synchronized (out) {
        out.print("\r" + rendered);
        out.flush();
      }
    }

    @Override
    public void close() {
      synchronized (out) {
        out.println();
        out.flush();
      }
    }
  }
}
