package ai.cresset.parallel.sequence;

import ai.cresset.nn.attention.AttentionFunction;
import ai.cresset.nn.functional.Attentions;
import ai.cresset.nn.functional.TensorPart;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import java.util.function.UnaryOperator;

/** Causal attention of ranks whose positions are dealt out zig-zag; see {@link SequenceLayout}. */
record RingAttention(ProcessGroup group) implements AttentionFunction {
  @Override
  public Tensor attend(
      Tensor query, Tensor key, Tensor value, double dropout, UnaryOperator<TensorPart> heads) {
    long length = query.size(2) * group.size();
    TensorPart weights = heads.apply(TensorPart.all(query.shape().with(2, length).with(3, length)));
    Generator.Key start =
        dropout == 0 ? Generator.Key.NONE : Generator.current().reserve(weights.whole().numel());
    RingBlocks blocks = new RingBlocks(Attentions.scale(query), dropout, start);
    return new RingFunction(group, blocks, weights).apply(query, key, value);
  }
}
