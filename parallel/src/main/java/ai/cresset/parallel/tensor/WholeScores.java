package ai.cresset.parallel.tensor;

import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.tensor.Tensor;

/** Whether the scores of a vocabulary are put together. */
final class WholeScores {
  private final ProcessGroup group;
  private boolean wanted;

  WholeScores(ProcessGroup group) {
    this.group = group;
  }

  void wanted(boolean whole) {
    wanted = whole;
  }

  /** All scores if they are wanted, otherwise those of this rank. */
  Tensor of(Tensor mine, long vocabulary) {
    return wanted ? ConjugateFunction.gather(mine, mine.rank() - 1, vocabulary, group) : mine;
  }
}
