package ai.cresset.parallel.sequence;

import ai.cresset.error.BackwardException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.functional.TensorPart;
import ai.cresset.nn.functional.TensorPart.Run;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.CustomFunction;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Needs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attention over a ring of ranks. Keys and values of each rank visit all others; what a block of
 * them gives is merged by the logarithms of the sums of exponentials. In backward they visit all
 * ranks again, and their gradients travel behind them. While a rank computes with one block, the
 * next is on its way. Memory is linear in a rank's share of the positions.
 *
 * @param group the ranks; positions are dealt out zig-zag
 * @param blocks the arithmetic of one block
 * @param weights those of all positions and of these heads, of all that there are
 */
record RingFunction(ProcessGroup group, RingBlocks blocks, TensorPart weights)
    implements CustomFunction {
  /**
   * What of a rank's queries meets what of the keys of another: with positions dealt out zig-zag,
   * every case is one block without a mask, or the rank's own with the causal one.
   *
   * @param queries from this place on, to the end
   * @param keys up to this place
   */
  private record Meeting(long queries, long keys, boolean causal) {
    static Meeting of(int rank, int source, long length) {
      if (rank == source) {
        return new Meeting(0, length, true);
      }
      // An earlier rank's first chunk is before all of ours, its last one behind all of ours.
      return source < rank
          ? new Meeting(0, length / 2, false)
          : new Meeting(length / 2, length, false);
    }

    Tensor queries(Tensor rows) {
      return rows.narrow(2, queries, rows.size(2) - queries);
    }

    Tensor keys(Tensor rows) {
      return rows.narrow(2, 0, keys);
    }
  }

  @Override
  public List<Tensor> forward(Context context, List<Tensor> inputs) {
    Tensor query = innermost(inputs.get(0));
    try (Scope scope = Scope.open("ring attention")) {
      Tensor mine = Functional.stack(List.of(inputs.get(1), inputs.get(2)), 0);
      Tensor output = null;
      Tensor logSumExp = null;
      try (RingPassage passage = new RingPassage(mine, group)) {
        for (int step = 0; step < group.size(); step++) {
          if (step < group.size() - 1) {
            passage.start();
          }
          int source = source(step);
          Meeting meeting = Meeting.of(group.rank(), source, query.size(2));
          try (Scope block = Scope.open("block")) {
            RingBlocks.Result result =
                blocks.forward(
                    meeting.queries(query),
                    meeting.keys(passage.current().select(0, 0)),
                    meeting.keys(passage.current().select(0, 1)),
                    meeting.causal(),
                    part(meeting, source));
            if (output == null || logSumExp == null) {
              output = block.keep(result.output());
              logSumExp = block.keep(result.logSumExp());
            } else {
              merge(meeting, output, logSumExp, result);
            }
          }
          if (step < group.size() - 1) {
            passage.finish();
          }
        }
      }
      if (output == null || logSumExp == null) {
        throw new IllegalStateException("a ring has at least one rank");
      }
      Tensor result = output.to(query.dtype());
      context.save(query, mine, result, logSumExp);
      return List.of(scope.keep(result));
    }
  }

  /** Adds a block's average to that of the blocks before, each with the weight of its sum. */
  private static void merge(
      Meeting meeting, Tensor output, Tensor logSumExp, RingBlocks.Result block) {
    Tensor rows = meeting.queries(output);
    Tensor before = logSumExp.narrow(2, meeting.queries(), logSumExp.size(2) - meeting.queries());
    Tensor together = before.logaddexp(block.logSumExp());
    rows.mul_(before.sub(together).exp().unsqueeze(-1));
    rows.add_(block.output().mul(block.logSumExp().sub(together).exp().unsqueeze(-1)));
    before.copy_(together);
  }

  /** Which of all weights the block has. */
  private TensorPart part(Meeting meeting, int source) {
    SequenceLayout layout = new SequenceLayout(weights.whole().size(2), group.size(), true);
    List<Run> queries = layout.runs(group.rank());
    List<Run> keys = layout.runs(source);
    boolean all = meeting.keys() == layout.share();
    List<List<Run>> runs = new ArrayList<>(weights.runs());
    runs.set(2, meeting.queries() == 0 ? queries : queries.subList(1, 2));
    runs.set(3, all ? keys : keys.subList(0, 1));
    return new TensorPart(weights.whole(), runs);
  }

  private int source(int step) {
    return Math.floorMod(group.rank() - step, group.size());
  }

  private static Tensor innermost(Tensor tensor) {
    return tensor.strides().stride(3) == 1 ? tensor : tensor.contiguous();
  }

  @Override
  public List<@Nullable Tensor> backward(
      Context context, List<@Nullable Tensor> gradients, Needs needs) {
    Tensor given = gradients.get(0);
    if (given == null) {
      return Arrays.asList(null, null, null);
    }
    if (GradMode.isEnabled()) {
      throw BackwardException.because(
          "ring attention has no second derivative; attend on one rank");
    }
    Tensor query = context.saved(0);
    Tensor mine = context.saved(1);
    Tensor output = context.saved(2);
    Tensor logSumExp = context.saved(3);
    Tensor gradient = innermost(given);
    try (Scope scope = Scope.open("ring attention")) {
      Tensor toQuery = Tensor.zeros(query.spec().withDType(RingBlocks.wide(query)));
      Tensor start = Tensor.zeros(mine.spec().withDType(RingBlocks.wide(mine)));
      try (RingPassage passage = new RingPassage(mine, group);
          RingPassage behind = new RingPassage(start, group)) {
        for (int step = 0; step < group.size(); step++) {
          if (step < group.size() - 1) {
            passage.start();
          }
          int source = source(step);
          Meeting meeting = Meeting.of(group.rank(), source, query.size(2));
          try (Scope block = Scope.open("block")) {
            long from = meeting.queries();
            RingBlocks.Gradients found =
                blocks.backward(
                    meeting.queries(gradient),
                    meeting.queries(query),
                    meeting.keys(passage.current().select(0, 0)),
                    meeting.keys(passage.current().select(0, 1)),
                    meeting.queries(output),
                    logSumExp.narrow(2, from, logSumExp.size(2) - from),
                    meeting.causal(),
                    part(meeting, source));
            meeting.queries(toQuery).add_(found.query().to(toQuery.dtype()));
            if (step > 0) {
              behind.finish();
            }
            Tensor sums = behind.current();
            meeting.keys(sums.select(0, 0)).add_(found.key().to(sums.dtype()));
            meeting.keys(sums.select(0, 1)).add_(found.value().to(sums.dtype()));
          }
          behind.start();
          if (step < group.size() - 1) {
            passage.finish();
          }
        }
        behind.finish();
        Tensor home = behind.current().to(mine.dtype());
        Tensor toKeys = home.select(0, 0).detachedClone();
        Tensor toValues = home.select(0, 1).detachedClone();
        return Arrays.asList(
            scope.keep(toQuery.to(query.dtype())), scope.keep(toKeys), scope.keep(toValues));
      }
    }
  }

  @Override
  public String name() {
    return "ringAttention";
  }
}
