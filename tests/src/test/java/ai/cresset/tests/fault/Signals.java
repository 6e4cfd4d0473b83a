package ai.cresset.tests.fault;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Signals to processes of this machine. */
final class Signals {
  private Signals() {}

  /** Ends a process at once. When it was sent, by the clock. */
  static long kill(long process) {
    long now = System.currentTimeMillis();
    ProcessHandle.of(process).orElseThrow().destroyForcibly();
    return now;
  }

  /** Stops a process: when this returns, it is there and none of its threads does anything. */
  static void stop(long process) throws IOException, InterruptedException {
    send("-STOP", process);
    while (ProcessHandle.of(process).isPresent() && !isStopped(process)) {
      Thread.onSpinWait();
    }
  }

  private static boolean isStopped(long process) {
    Path threads = Path.of("/proc", Long.toString(process), "task");
    try (DirectoryStream<Path> all = Files.newDirectoryStream(threads)) {
      for (Path thread : all) {
        String stat = Files.readString(thread.resolve("stat"));
        if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false; // a thread ended while it was looked at
    }
  }

  /** Stops this process; returns when another one has resumed it. */
  static void stopThis() throws IOException, InterruptedException {
    send("-STOP", ProcessHandle.current().pid());
  }

  /** Lets a stopped process go on. */
  static void resume(long process) throws IOException, InterruptedException {
    send("-CONT", process);
  }

  private static void send(String signal, long process) throws IOException, InterruptedException {
    int code = new ProcessBuilder("kill", signal, Long.toString(process)).start().waitFor();
    if (code != 0) {
      throw new IOException("kill " + signal + " " + process + " ended with " + code);
    }
  }
}
