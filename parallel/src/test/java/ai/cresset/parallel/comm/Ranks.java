package ai.cresset.parallel.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.memory.Allocator;
import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.handshake.JobSecret;
import ai.cresset.parallel.launch.LocalRendezvous;
import ai.cresset.type.DType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Ranks as threads of the test, each with an allocator that must be empty at the end. */
final class Ranks {
  static final CommOptions TCP =
      CommOptions.defaults()
          .withInJvm(false)
          .withSharedMemory(SharedMemoryUse.OFF)
          .withOperationTimeout(Duration.ofSeconds(30))
          .withConnectTimeout(Duration.ofSeconds(20));
  static final CommOptions IN_JVM = TCP.withInJvm(true);
  static final CommOptions ENCRYPTED = TCP.withEncrypt(true);
  static final CommOptions SHARED = TCP.withSharedMemory(SharedMemoryUse.REQUIRED);
  static final CommOptions STRIPED = TCP.withConnections(3);
  static final byte[] SECRET = JobSecret.random();

  private Ranks() {}

  /** What a rank does. */
  interface Body<R> {
    R run(ProcessGroup group) throws Exception;
  }

  /** What a rank made, or why it failed. */
  record Outcome<R>(@Nullable R result, @Nullable Throwable error) {
    String message() {
      return error == null ? "no error" : String.valueOf(error.getMessage());
    }
  }

  /** Runs all ranks; each must end well. */
  static <R> List<R> run(int size, CommOptions options, Body<R> body) {
    List<R> results = new ArrayList<>();
    for (Outcome<R> outcome : outcomes(size, options, body)) {
      if (outcome.error() != null) {
        throw new AssertionError("a rank failed", outcome.error());
      }
      results.add(outcome.result());
    }
    return results;
  }

  /** Runs all ranks, however they end. */
  static <R> List<Outcome<R>> outcomes(int size, CommOptions options, Body<R> body) {
    return outcomes(size, options, List.of(), body);
  }

  /** The same, while some of them misbehave. */
  static <R> List<Outcome<R>> outcomes(
      int size, CommOptions options, List<Fault> faults, Body<R> body) {
    List<LocalRendezvous> meeting = LocalRendezvous.create(size, 0, Duration.ofSeconds(20));
    ExecutorService threads = Executors.newFixedThreadPool(size);
    try {
      List<Future<R>> futures = new ArrayList<>();
      for (int rank = 0; rank < size; rank++) {
        Rendezvous rendezvous = meeting.get(rank);
        futures.add(threads.submit(() -> rank(rendezvous, options, faults, body)));
      }
      List<Outcome<R>> outcomes = new ArrayList<>();
      for (Future<R> future : futures) {
        try {
          outcomes.add(new Outcome<>(future.get(), null));
        } catch (ExecutionException e) {
          outcomes.add(new Outcome<>(null, e.getCause()));
        }
      }
      return outcomes;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      threads.shutdown();
    }
  }

  private static <R> R rank(
      Rendezvous rendezvous, CommOptions options, List<Fault> faults, Body<R> body)
      throws Exception {
    try (Allocator allocator = Allocator.create("rank " + rendezvous.rank(), 1L << 30)) {
      Allocator.Binding bound = allocator.bind();
      try (ProcessGroup group =
          FaultInjector.connect(rendezvous, "127.0.0.1", SECRET, options, faults)) {
        assertEquals(rendezvous.rank(), group.rank());
        return body.run(group);
      } finally {
        bound.close();
      }
    }
  }

  /** New storage of the thread's allocator for {@code count} elements. */
  static Storage storage(DType dtype, long count) {
    return Allocator.current().allocate(count * dtype.bytes());
  }
}
