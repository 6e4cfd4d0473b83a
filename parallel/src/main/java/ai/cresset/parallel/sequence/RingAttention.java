package ai.cresset.parallel.sequence;

import ai.cresset.nn.attention.AttentionFunction;
import ai.cresset.nn.functional.Attentions;
import ai.cresset.nn.functional.TensorPart;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * Causal attention of ranks whose positions are dealt out zig-zag; see {@link SequenceLayout}.
 *
 * <p>Dropout of weights has random numbers of its own for each block of queries and keys: it does
 * not decide as one process would.
 */
record RingAttention(ProcessGroup group) implements AttentionFunction {
  @Override
  public Tensor attend(
      Tensor query, Tensor key, Tensor value, double dropout, UnaryOperator<TensorPart> heads) {
    Generator.Key start =
        dropout == 0 ? Generator.Key.NONE : reserve(query, heads.apply(blockOf(query)));
    RingBlocks blocks = new RingBlocks(Attentions.scale(query), dropout, start);
    return new RingFunction(group, blocks).apply(query, key, value);
  }

  private static TensorPart blockOf(Tensor query) {
    long length = query.size(2);
    return TensorPart.all(query.shape().with(2, length).with(3, length));
  }

  /** Numbers for all heads of all ranks; the key is where those of the heads here begin. */
  private Generator.Key reserve(Tensor query, TensorPart part) {
    long ranks = group.size();
    long length = query.size(2);
    long forBlock = (query.size(0) * query.size(1) * length * length + 3) / 4;
    long forHeads = forBlock * ranks * ranks;
    long divisions = part.whole().size(1) / query.size(1);
    long here = part.runs().get(1).get(0).start() / query.size(1);
    Generator.Key key = Generator.current().reserve(4 * forHeads * divisions);
    long mine = here * forHeads + group.rank() * ranks * forBlock;
    return new Generator.Key(key.seed(), key.offset() + mine);
  }
}
