package ai.cresset.parallel.launch;

import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.Rendezvous;
import ai.cresset.type.Device;

/** What a worker is told by whoever started it. */
public interface WorkerContext {
  /** This worker's rank, from 0. */
  int rank();

  /** How many workers there are. */
  int worldSize();

  /** Which attempt of the job this is, from 0. */
  int attempt();

  /** CPU cores that belong to this worker. */
  int cores();

  /** The device to train on. */
  Device device();

  /** How this worker finds its peers. */
  Rendezvous rendezvous();

  /** The secret that the workers of this job share; connections prove that they know it. */
  byte[] secret();

  /** Whether channels between workers must be encrypted, as whoever started them asks. */
  default boolean encryptChannels() {
    return false;
  }

  /** The address to listen on and to give to peers: host names or IP literals. */
  String host();

  /**
   * Registers what must be closed at once when the launcher wants this worker to stop while it may
   * be blocked in a socket or a native call. Closed too when the worker ends.
   */
  void onAbort(AutoCloseable resource);

  /** Sends a metric or progress line to whoever watches the job, without waiting. */
  void report(Progress progress);

  /**
   * Connects the workers of a job: every rank calls this once. Channels are encrypted when the
   * options or the launcher say so. The group fails when the launcher aborts the worker.
   */
  default ProcessGroup connect(CommOptions options) {
    CommOptions agreed = encryptChannels() ? options.withEncrypt(true) : options;
    ProcessGroup group = ProcessGroup.connect(rendezvous(), host(), secret(), agreed);
    onAbort(() -> group.abort(new InterruptedException("the launcher stops this worker")));
    return group;
  }
}
