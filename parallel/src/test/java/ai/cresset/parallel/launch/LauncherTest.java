package ai.cresset.parallel.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.error.LaunchException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Threads and processes behave alike. */
final class LauncherTest {
  /** Makes a launcher. */
  private interface Maker {
    Launcher make(LaunchOptions options, Consumer<Progress> progress);
  }

  static Stream<Arguments> launchers() {
    Maker threads = ThreadLauncher::new;
    Maker processes =
        (options, progress) ->
            new LocalProcessLauncher(
                options.withJvmArguments(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1")), progress);
    return Stream.of(Arguments.of("threads", threads), Arguments.of("processes", processes));
  }

  private static long sumOfRanks(WorkerContext context) {
    try (ProcessGroup group = context.connect(CommOptions.defaults())) {
      Storage storage = Allocator.current().allocate(Long.BYTES);
      try {
        NativeMemory.putLong(storage.address(), context.rank() + 1);
        group.allReduce(Slice.of(storage, DType.INT64), ReduceOp.SUM);
        return NativeMemory.getLong(storage.address());
      } finally {
        storage.release();
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("launchers")
  void resultsComeInOrderOfRankAndProgressOnTheWay(String name, Maker maker) {
    List<Progress> heard = Collections.synchronizedList(new ArrayList<>());
    List<Long> results =
        maker
            .make(LaunchOptions.of(2), heard::add)
            .launch(
                context -> {
                  System.out.println("a worker may print");
                  context.report(new Progress(context.rank(), 1, 1, Map.of("loss", 0.5), "hello"));
                  return sumOfRanks(context) * 10 + context.rank();
                });
    assertEquals(List.of(30L, 31L), results);
    assertEquals(2, heard.size());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("launchers")
  void theRootCauseIsThrownAndTheOthersAreFreed(String name, Maker maker) {
    LaunchException error =
        assertThrows(
            LaunchException.class,
            () ->
                maker
                    .make(LaunchOptions.of(2), ignored -> {})
                    .launch(
                        context -> {
                          if (context.rank() == 1) {
                            throw new IllegalStateException("no such column");
                          }
                          return sumOfRanks(context);
                        }));
    assertEquals(
        "rank 1 failed in attempt 0: IllegalStateException: no such column", error.getMessage());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("launchers")
  void aFailedAttemptIsTriedAgain(String name, Maker maker) {
    List<Long> results =
        maker
            .make(LaunchOptions.of(2).withAttempts(3), ignored -> {})
            .launch(
                context -> {
                  if (context.attempt() == 0 && context.rank() == 0) {
                    throw new IllegalStateException("a bad day");
                  }
                  return sumOfRanks(context) + context.attempt();
                });
    assertEquals(List.of(4L, 4L), results);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("launchers")
  void aWrongSettingIsNotTriedAgain(String name, Maker maker) {
    List<Progress> heard = Collections.synchronizedList(new ArrayList<>());
    LaunchException error =
        assertThrows(
            LaunchException.class,
            () ->
                maker
                    .make(LaunchOptions.of(1).withAttempts(3), heard::add)
                    .launch(
                        context -> {
                          context.report(new Progress(0, 0, 0, Map.of(), "try"));
                          throw ConfigException.value("steps", -1, "more than zero");
                        }));
    assertTrue(String.valueOf(error.getMessage()).contains("steps"), error.getMessage());
    assertEquals(1, heard.size());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("launchers")
  void nativeMemoryLeftBehindFailsTheWorker(String name, Maker maker) {
    LaunchException error =
        assertThrows(
            LaunchException.class,
            () ->
                maker
                    .make(LaunchOptions.of(1), ignored -> {})
                    .launch(
                        context -> {
                          Storage forgotten = Allocator.current().allocate(100);
                          return forgotten.bytes();
                        }));
    assertTrue(String.valueOf(error.getMessage()).contains("still live"), error.getMessage());
  }
}
