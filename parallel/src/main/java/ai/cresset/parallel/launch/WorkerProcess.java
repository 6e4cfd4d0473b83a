package ai.cresset.parallel.launch;

import ai.cresset.memory.Allocator;
import ai.cresset.parallel.comm.store.TcpStore;
import ai.cresset.type.Device;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * The main class of a worker process. Reads its assignment from standard input, answers in frames
 * on standard output; what the worker prints goes to standard error. Ends when its launcher ends.
 */
public final class WorkerProcess {
  /** The launcher is gone, or said stop and waited in vain. */
  static final int ABANDONED = 3;

  private static final int FAILED = 1;

  private WorkerProcess() {}

  /** Started by {@link LocalProcessLauncher} only. */
  public static void main(String[] arguments) throws Exception {
    DataInputStream in = new DataInputStream(System.in);
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out));
    System.setOut(System.err);
    WorkerAssignment assignment = (WorkerAssignment) WorkerFrames.read(in);
    System.exit(run(assignment, in, out));
  }

  private static int run(WorkerAssignment assignment, DataInputStream in, DataOutputStream out)
      throws IOException {
    try {
      byte[] result = work(assignment, in, out);
      WorkerFrames.write(out, new WorkerFrames.Done(result));
      return 0;
    } catch (Throwable e) {
      WorkerFrames.write(out, failed(e));
      return FAILED;
    }
  }

  private static byte[] work(WorkerAssignment assignment, DataInputStream in, DataOutputStream out)
      throws Exception {
    Duration timeout = Duration.ofMillis(assignment.rendezvousMillis());
    try (TcpStore store =
            TcpStore.connect(assignment.store(), assignment.secret(), false, timeout);
        Allocator allocator = Allocator.create("rank " + assignment.rank(), Long.MAX_VALUE)) {
      LocalWorkerContext context =
          new LocalWorkerContext(
              new StoreRendezvous(
                  store, assignment.rank(), assignment.worldSize(), assignment.attempt(), timeout),
              assignment.cores(),
              new Device(Device.Kind.valueOf(assignment.deviceKind()), assignment.deviceIndex()),
              assignment.secret(),
              assignment.host(),
              line -> send(out, line));
      watch(in, context);
      Worker<?> worker = (Worker<?>) WorkerFrames.deserialize(assignment.worker());
      Allocator.Binding binding = allocator.bind();
      try {
        return WorkerFrames.serialize(worker.run(context));
      } finally {
        context.abort();
        binding.close();
      }
    }
  }

  private static WorkerFrames.Failed failed(Throwable e) {
    byte[] exception;
    try {
      exception = WorkerFrames.serialize(e);
    } catch (IOException notSerializable) {
      exception = null;
    }
    return new WorkerFrames.Failed(
        e.getClass().getName(), String.valueOf(e.getMessage()), exception);
  }

  private static void send(DataOutputStream out, Serializable frame) {
    try {
      WorkerFrames.write(out, frame);
    } catch (IOException e) {
      throw new UncheckedIOException("the launcher is gone", e);
    }
  }

  /** A byte on standard input means stop; its end means that the launcher is gone. */
  private static void watch(DataInputStream in, LocalWorkerContext context) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (in.read() >= 0) {
                  context.abort();
                }
              } catch (IOException e) {
                // The same as its end.
              }
              Runtime.getRuntime().halt(ABANDONED);
            },
            "cresset-launcher-watch");
    thread.setDaemon(true);
    thread.start();
  }
}
