package ai.cresset.parallel.sequence;

import java.util.List;

/**
 * How a model works on a share of the positions.
 *
 * @param attention how ranks attend to each other's positions
 * @param positions names of the embeddings that are called with numbers of positions, {@code
 *     [length]}
 */
public record SequencePlan(AttentionKind attention, List<String> positions) {
  public SequencePlan {
    positions = List.copyOf(positions);
  }

  /** The plan of {@link ai.cresset.model.Gpt}. */
  public static SequencePlan gpt(AttentionKind attention) {
    return new SequencePlan(attention, List.of("transformer.wpe"));
  }
}
