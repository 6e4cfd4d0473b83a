package ai.cresset.tests.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the executors log, each line with time and process. */
public final class ExecutorLog {
  private static final Pattern LINE = Pattern.compile("(\\d{13}) (\\d+) (.*)");
  private static final Pattern BEGINS =
      Pattern.compile(".* rank (\\d+) of \\d+ begins attempt (\\d+) .*");

  private final Path directory;
  private final Path file;

  /**
   * A line.
   *
   * @param millis when it was written
   * @param process who wrote it
   */
  public record Line(long millis, long process, String text) {}

  /** A log that is the file {@code log} in a directory. */
  ExecutorLog(Path directory) {
    this.directory = directory;
    this.file = directory.resolve("log");
  }

  Path file() {
    return file;
  }

  /** All lines so far. */
  public List<Line> lines() throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .map(LINE::matcher)
          .filter(Matcher::matches)
          .map(
              parts ->
                  new Line(
                      Long.parseLong(parts.group(1)),
                      Long.parseLong(parts.group(2)),
                      parts.group(3)))
          .toList();
    }
  }

  /** Waits for a line that was written at {@code sinceMillis} or later. */
  public Line await(long sinceMillis, String what, Duration timeout, Predicate<Line> wanted)
      throws IOException, InterruptedException {
    return DirectoryWatch.await(
        directory,
        what,
        timeout,
        () ->
            lines().stream()
                .filter(line -> line.millis() >= sinceMillis && wanted.test(line))
                .findFirst()
                .orElse(null));
  }

  /** The process that runs a rank of an attempt, of the launch since {@code sinceMillis}. */
  public long process(long sinceMillis, int rank, int attempt)
      throws IOException, InterruptedException {
    return await(
            sinceMillis,
            "the begin of rank " + rank + " in attempt " + attempt,
            Duration.ofSeconds(60),
            line -> {
              Matcher begin = BEGINS.matcher(line.text());
              return begin.matches()
                  && Integer.parseInt(begin.group(1)) == rank
                  && Integer.parseInt(begin.group(2)) == attempt;
            })
        .process();
  }
}
