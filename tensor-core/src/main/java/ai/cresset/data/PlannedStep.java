package ai.cresset.data;

/**
 * A step before its samples are read.
 *
 * @param step of the whole run, from 0
 * @param position the same as epoch and step
 * @param globalSamples samples of all ranks
 * @param tally of this rank's samples
 * @param samples how many this rank has
 * @param reader reads some of them; called by any thread
 */
record PlannedStep(
    long step,
    DataPosition position,
    long globalSamples,
    SampleTally tally,
    int samples,
    Reader reader) {
  /** Reads samples of a step into a batch of the thread's current scope. */
  interface Reader {
    Batch read(int from, int to);
  }
}
