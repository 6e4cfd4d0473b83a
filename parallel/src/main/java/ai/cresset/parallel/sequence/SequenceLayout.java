package ai.cresset.parallel.sequence;

import ai.cresset.error.ShapeException;
import ai.cresset.nn.functional.TensorPart.Run;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.List;

/**
 * Which positions of a sequence each rank holds. Tokens, targets and the numbers of positions are
 * divided by the same layout.
 *
 * <p>Zig-zag: of {@code 2 * ranks} chunks, rank r holds chunk r and, behind it, chunk {@code 2 *
 * ranks - 1 - r}. In causal attention early positions see little and late ones much; this way every
 * rank has as much to do.
 *
 * @param length positions of the whole sequence, a multiple of the number of chunks
 * @param ranks how many share it
 * @param zigZag whether chunks are dealt out from both ends; otherwise each rank has one chunk
 */
public record SequenceLayout(long length, int ranks, boolean zigZag) {
  public SequenceLayout {
    int chunks = zigZag ? 2 * ranks : ranks;
    if (length < 1 || length % chunks != 0) {
      throw ShapeException.mismatch(
          "sequence layout",
          "a length that is a multiple of " + chunks + ", for parallel.sequence = " + ranks,
          length);
    }
  }

  /** Positions of each rank. */
  public long share() {
    return length / ranks;
  }

  /** The positions of a rank, in its order. */
  public List<Run> runs(int rank) {
    if (ranks == 1) {
      return List.of(new Run(0, length));
    }
    if (!zigZag) {
      return List.of(new Run(rank * share(), share()));
    }
    long chunk = length / (2L * ranks);
    return List.of(new Run(rank * chunk, chunk), new Run((2L * ranks - 1 - rank) * chunk, chunk));
  }

  /** The numbers of a rank's positions, int64 {@code [length / ranks]}. */
  public Tensor positions(int rank, Device device) {
    List<Tensor> parts = new ArrayList<>();
    for (Run run : runs(rank)) {
      parts.add(Creation.arange(run.start(), run.start() + run.length(), 1, device));
    }
    return parts.size() == 1 ? parts.get(0) : Functional.cat(parts, 0);
  }

  /**
   * A rank's part of a tensor.
   *
   * @param dim along which positions lie
   */
  public Tensor part(Tensor whole, int dim, int rank) {
    if (whole.size(dim) != length) {
      throw ShapeException.mismatch(
          "sequence layout", length + " positions along dim " + dim, whole.shape());
    }
    List<Tensor> parts = new ArrayList<>();
    for (Run run : runs(rank)) {
      parts.add(whole.narrow(dim, run.start(), run.length()));
    }
    return parts.size() == 1 ? parts.get(0) : Functional.cat(parts, dim);
  }

  /**
   * The whole, from the parts of all ranks in their order.
   *
   * @param dim along which positions lie
   */
  public Tensor join(List<Tensor> parts, int dim) {
    if (parts.size() != ranks) {
      throw ShapeException.mismatch("sequence layout", ranks + " parts", parts.size());
    }
    Tensor whole =
        Tensor.empty(parts.get(0).spec().withShape(parts.get(0).shape().with(dim, length)));
    for (int rank = 0; rank < ranks; rank++) {
      long at = 0;
      for (Run run : runs(rank)) {
        whole
            .narrow(dim, run.start(), run.length())
            .copy_(parts.get(rank).narrow(dim, at, run.length()));
        at += run.length();
      }
    }
    return whole;
  }
}
