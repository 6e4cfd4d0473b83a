package ai.cresset.parallel.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.cresset.memory.Storage;
import ai.cresset.type.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Nothing is left when groups are closed; native memory is checked in every test by {@link Ranks}.
 */
final class ResourcesTest {
  private static long openFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }

  private static Set<Thread> ourThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("cresset-"))
        .collect(Collectors.toSet());
  }

  private static void rounds() {
    for (CommOptions options :
        new CommOptions[] {Ranks.TCP, Ranks.IN_JVM, Ranks.ENCRYPTED, Ranks.SHARED, Ranks.STRIPED}) {
      Ranks.run(
          3,
          options,
          group -> {
            Storage storage = Ranks.storage(DType.FLOAT32, 10_000);
            try (ProcessGroup part = group.split(group.rank() % 2)) {
              group.allReduceAsync(Slice.of(storage, DType.FLOAT32), ReduceOp.SUM).await();
              part.allReduceAsync(Slice.of(storage, DType.FLOAT32), ReduceOp.SUM).await();
            }
            storage.release();
            return true;
          });
      Ranks.outcomes(
          3,
          options,
          group -> {
            group.abort(new IllegalStateException("over"));
            group.barrier();
            return true;
          });
    }
  }

  @Test
  void threadsAndSocketsEndWithTheGroup() throws Exception {
    rounds();
    for (Thread thread : ourThreads()) {
      thread.join(10_000);
      assertFalse(thread.isAlive(), thread.getName());
    }
    long before = openFiles();
    rounds();
    for (Thread thread : ourThreads()) {
      thread.join(10_000);
      assertFalse(thread.isAlive(), thread.getName());
    }
    assertEquals(before, openFiles());
    SharedFiles.assertNoneStays();
  }
}
