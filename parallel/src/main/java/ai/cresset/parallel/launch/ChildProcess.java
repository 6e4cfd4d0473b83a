package ai.cresset.parallel.launch;

import ai.cresset.error.LaunchException;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A worker process as its launcher sees it. */
final class ChildProcess {
  private static final int REMEMBERED_LINES = 15;
  private static final List<String> INHERITED =
      List.of("--add-", "--enable-native-access", "--sun-misc", "-XX:+IgnoreUnrecognized", "-D");

  private final int rank;
  private final Process process;
  private final DataOutputStream stop;
  private final Deque<String> lastLines = new ArrayDeque<>();
  private final Thread errors;

  private ChildProcess(int rank, Process process, DataOutputStream stop) {
    this.rank = rank;
    this.process = process;
    this.stop = stop;
    this.errors = new Thread(this::copyErrors, "cresset-stderr-" + rank);
    this.errors.setDaemon(true);
  }

  /** Starts a process with the class path and the module options of this one. */
  static ChildProcess start(WorkerAssignment assignment, List<String> jvmArguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (INHERITED.stream().anyMatch(argument::startsWith)) {
        command.add(argument);
      }
    }
    command.addAll(jvmArguments);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(WorkerProcess.class.getName());
    try {
      Process process = new ProcessBuilder(command).start();
      DataOutputStream stop = new DataOutputStream(process.getOutputStream());
      WorkerFrames.write(stop, assignment);
      ChildProcess child = new ChildProcess(assignment.rank(), process, stop);
      child.errors.start();
      return child;
    } catch (IOException e) {
      throw LaunchException.failed(
          "cannot start the process of rank " + assignment.rank() + ": " + e.getMessage(), e);
    }
  }

  int rank() {
    return rank;
  }

  /** What the worker prints is what people may want to see. */
  private void copyErrors() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.err.println("[rank " + rank + "] " + line);
        synchronized (lastLines) {
          if (lastLines.size() == REMEMBERED_LINES) {
            lastLines.removeFirst();
          }
          lastLines.addLast(line);
        }
      }
    } catch (IOException e) {
      // The process was ended.
    }
  }

  /** Reads frames until the worker ends; blocks. */
  WorkerOutcome await(Consumer<Progress> progress, LongSupplier order) {
    try (DataInputStream in = new DataInputStream(process.getInputStream())) {
      while (true) {
        Object frame = WorkerFrames.read(in);
        if (frame instanceof Progress line) {
          progress.accept(line);
        } else if (frame instanceof WorkerFrames.Done done) {
          return WorkerOutcome.success(
              rank, (Serializable) WorkerFrames.deserialize(done.result()));
        } else if (frame instanceof WorkerFrames.Failed failed) {
          return WorkerOutcome.failure(rank, exception(failed), order.getAsLong());
        }
      }
    } catch (IOException | ClassNotFoundException e) {
      return WorkerOutcome.failure(rank, died(e), order.getAsLong());
    }
  }

  private static Throwable exception(WorkerFrames.Failed failed) {
    byte[] bytes = failed.exception();
    if (bytes != null) {
      try {
        return (Throwable) WorkerFrames.deserialize(bytes);
      } catch (IOException | ClassNotFoundException e) {
        // Its text must do.
      }
    }
    return LaunchException.failed(failed.type() + ": " + failed.message(), null);
  }

  private Throwable died(Exception e) {
    @Nullable Integer code = null;
    try {
      code = process.waitFor();
      errors.join();
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
    }
    String lines;
    synchronized (lastLines) {
      lines = lastLines.isEmpty() ? "" : "; its last words:\n  " + String.join("\n  ", lastLines);
    }
    // A death is a cause of its own, but peers see it as a lost connection as well.
    return new IllegalStateException(
        "process " + process.pid() + " ended with code " + code + " and without a result" + lines,
        e);
  }

  /** Asks the worker to stop. */
  void stop() {
    try {
      stop.write(1);
      stop.flush();
    } catch (IOException e) {
      // It has ended already.
    }
  }

  /** Ends the process at once, if it still runs. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
      stop.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // Closed with the process.
    }
  }
}
