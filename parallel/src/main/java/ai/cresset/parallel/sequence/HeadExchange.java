package ai.cresset.parallel.sequence;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.attention.AttentionFunction;
import ai.cresset.nn.functional.Attentions;
import ai.cresset.nn.functional.TensorPart;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.mesh.HostMirror;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.CustomFunction;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Needs;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Causal attention of ranks that hold one run of positions each: one exchange gives each rank all
 * positions of some heads, a second one its positions of all heads back.
 */
record HeadExchange(ProcessGroup group) implements AttentionFunction {
  @Override
  public Tensor attend(
      Tensor query, Tensor key, Tensor value, double dropout, UnaryOperator<TensorPart> heads) {
    long count = query.size(1);
    int ranks = group.size();
    if (count % ranks != 0) {
      throw ConfigException.because(
          "parallel.attention = ulysses: the "
              + count
              + " heads of a rank cannot be divided by parallel.sequence = "
              + ranks
              + "; use ring attention, or other numbers of heads and ranks");
    }
    Tensor mine = Functional.cat(List.of(query, key, value), 0);
    List<Tensor> whole = new Exchange(true, group).apply(mine).split(query.size(0), 0);
    long first = count / ranks * group.rank();
    Tensor mixed =
        Attentions.scaledDotProductAttention(
            whole.get(0),
            whole.get(1),
            whole.get(2),
            true,
            dropout,
            part -> heads.apply(part.within(1, count, first)));
    return new Exchange(false, group).apply(mixed);
  }

  /**
   * {@code [batch, heads, length / ranks, size]} to {@code [batch, heads / ranks, length, size]},
   * or back.
   */
  private record Exchange(boolean toHeads, ProcessGroup group) implements CustomFunction {
    @Override
    public List<Tensor> forward(Context context, List<Tensor> inputs) {
      Tensor input = inputs.get(0);
      long ranks = group.size();
      long batch = input.size(0);
      long heads = toHeads ? input.size(1) / ranks : input.size(1);
      long length = toHeads ? input.size(2) : input.size(2) / ranks;
      long size = input.size(3);
      try (Scope scope = Scope.open("head exchange")) {
        Tensor ordered = // [ranks, batch, heads, length, size]
            toHeads
                ? input.reshape(batch, ranks, heads, length, size).permute(1, 0, 2, 3, 4)
                : input.reshape(batch, heads, ranks, length, size).permute(2, 0, 1, 3, 4);
        Tensor sent = ordered.contiguous();
        Tensor received = Tensor.empty(sent.spec());
        try (HostMirror from = new HostMirror(sent);
            HostMirror to = new HostMirror(received)) {
          group.allToAll(from.fetch(), to.fetch());
          to.putBack();
        }
        received.storage().changed();
        Tensor result =
            toHeads
                ? received.permute(1, 2, 0, 3, 4).reshape(batch, heads, ranks * length, size)
                : received.permute(1, 0, 2, 3, 4).reshape(batch, ranks * heads, length, size);
        return List.of(scope.keep(result));
      }
    }

    @Override
    public List<@Nullable Tensor> backward(
        Context context, List<@Nullable Tensor> gradients, Needs needs) {
      Tensor gradient = gradients.get(0);
      return gradient == null
          ? Collections.singletonList(null)
          : List.of(new Exchange(!toHeads, group).apply(gradient));
    }

    @Override
    public String name() {
      return "headExchange";
    }
  }
}
