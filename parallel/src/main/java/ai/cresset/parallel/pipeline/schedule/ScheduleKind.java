package ai.cresset.parallel.pipeline.schedule;

import ai.cresset.error.ConfigException;
import java.util.ArrayList;
import java.util.List;

/** The orders that there are. */
public enum ScheduleKind {
  /** All forward passes, then all backward passes (Huang et al. 2018). */
  GPIPE("gpipe"),
  /** One forward, one backward (PipeDream-flush, Narayanan et al. 2021): least memory. */
  ONE_FORWARD_ONE_BACKWARD("1f1b"),
  /** The same with several chunks on each rank (Megatron-LM): a smaller bubble, more messages. */
  INTERLEAVED("interleaved"),
  /** Weight gradients fill what would be bubble (ZB1P, Qi et al. 2023). */
  ZERO_BUBBLE("zero_bubble");

  /** The words of {@link #parse}. */
  public static final String WORDS = "gpipe, 1f1b, interleaved, zero_bubble";

  private final String word;

  ScheduleKind(String word) {
    this.word = word;
  }

  /**
   * The kind of a word of a recipe.
   *
   * @throws ConfigException unless it is one of {@link #WORDS}
   */
  public static ScheduleKind parse(String word) {
    for (ScheduleKind kind : values()) {
      if (kind.word.equals(word)) {
        return kind;
      }
    }
    throw ConfigException.value("parallel.schedule", word, "one of " + WORDS);
  }

  /**
   * Refuses numbers of chunks that this order cannot use.
   *
   * @throws ConfigException that names the settings to change
   */
  public void checkChunks(int chunks) {
    if (this == ONE_FORWARD_ONE_BACKWARD && chunks > 1) {
      throw ConfigException.because(
          "parallel.schedule = 1f1b has one chunk on each rank, got parallel.chunks = "
              + chunks
              + "; set parallel.chunks to 1, or parallel.schedule to interleaved or zero_bubble");
    }
    if (this == INTERLEAVED && chunks < 2) {
      throw ConfigException.because(
          "parallel.schedule = interleaved needs several chunks on each rank, got parallel.chunks ="
              + " 1; set parallel.chunks to 2, or parallel.schedule to 1f1b");
    }
  }

  /**
   * The computations of every rank; messages are added by {@link CommunicationPass}.
   *
   * @throws ConfigException if the shape does not fit
   */
  public Schedule computations(PipelineShape shape) {
    checkChunks(shape.chunks());
    List<List<Action>> ranks = new ArrayList<>();
    for (int rank = 0; rank < shape.ranks(); rank++) {
      ranks.add(
          switch (this) {
            case GPIPE -> GPipeOrder.of(shape, rank);
            case ONE_FORWARD_ONE_BACKWARD -> AlternatingOrder.oneChunk(shape, rank);
            case INTERLEAVED -> AlternatingOrder.interleaved(shape, rank);
            case ZERO_BUBBLE -> AlternatingOrder.zeroBubble(shape, rank);
          });
    }
    return new Schedule(shape, ranks);
  }

  /** What ranks run: computations and messages, checked. */
  public Schedule of(PipelineShape shape) {
    Schedule complete = CommunicationPass.insert(computations(shape));
    ScheduleValidator.check(complete);
    return complete;
  }

  @Override
  public String toString() {
    return word;
  }
}
