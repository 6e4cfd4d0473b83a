package ai.cresset.data;

import java.util.List;

/**
 * What a rank works on in one step.
 *
 * @param step the step of the whole run, from 0
 * @param position the same as epoch and step
 * @param globalSamples samples of all ranks
 * @param tally of this rank's samples
 * @param microBatches this rank's samples, in order; none if its share is empty
 */
public record LoadedStep(
    long step,
    DataPosition position,
    long globalSamples,
    SampleTally tally,
    List<Batch> microBatches)
    implements AutoCloseable {
  public LoadedStep {
    microBatches = List.copyOf(microBatches);
  }

  /** This rank's number of samples. */
  public long samples() {
    return microBatches.stream().mapToLong(Batch::size).sum();
  }

  @Override
  public void close() {
    microBatches.forEach(Batch::close);
  }
}
