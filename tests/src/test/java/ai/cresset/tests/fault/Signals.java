package ai.cresset.tests.fault;

import java.io.IOException;

/** Signals to processes of this machine. */
final class Signals {
  private Signals() {}

  /** Ends a process at once. When it was sent, by the clock. */
  static long kill(long process) {
    long now = System.currentTimeMillis();
    ProcessHandle.of(process).orElseThrow().destroyForcibly();
    return now;
  }

  /** Stops a process: it is there and does nothing. */
  static void stop(long process) throws IOException, InterruptedException {
    send("-STOP", process);
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
