package ai.cresset.parallel.comm;

/** Whether processes of one host talk through shared memory. */
public enum SharedMemoryUse {
  /** Where it works, otherwise through TCP; the log says which and why. */
  AUTOMATIC,
  /** Between all ranks of one host, or the connection fails with what to change. */
  REQUIRED,
  /** Never. */
  OFF
}
