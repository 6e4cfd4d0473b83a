package ai.cresset.parallel.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.parallel.comm.channel.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What is in {@code /dev/shm}. Other processes of this machine may connect at the same time. */
public final class SharedFiles {
  private static final Path DIRECTORY = Path.of("/dev/shm");

  private SharedFiles() {}

  /** Every file of workers must lose its name within seconds, as none keeps it for longer. */
  public static void assertNoneStays() throws IOException {
    List<Path> left;
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      left = files.filter(file -> file.toString().contains("cresset-")).toList();
    }
    Deadline deadline = Deadline.after(Duration.ofSeconds(5));
    while (!deadline.isOver() && left.stream().anyMatch(Files::exists)) {
      Thread.onSpinWait();
    }
    assertEquals(List.of(), left.stream().filter(Files::exists).toList());
  }
}
