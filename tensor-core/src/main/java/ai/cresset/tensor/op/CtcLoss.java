package ai.cresset.tensor.op;

import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Connectionist temporal classification: the negative log-likelihood of label sequences, over all
 * alignments (Graves et al., 2006; {@code F.ctc_loss}). As in PyTorch the gradient is that of
 * log-probabilities that come from a log-softmax.
 *
 * <p>Inputs: log-probabilities {@code [time, batch, classes]}, targets {@code [batch, length]} of
 * int64, and int64 lengths of inputs and targets, {@code [batch]} each. Result: {@code [batch]}.
 *
 * <p>The states of an alignment are the labels with a blank before, between and after them: {@code
 * states = 2 length + 1}.
 */
public record CtcLoss(long blank, boolean zeroInfinity) implements SimpleOp {
  /** The logarithm of no probability: finite, so that it can be differentiated. */
  private static final double NOTHING = -1e30;

  @Override
  public Spec rule(List<Spec> inputs) {
    Spec scores = inputs.get(0);
    Shape targets = inputs.get(1).shape();
    boolean fits = scores.shape().rank() == 3 && targets.rank() == 2;
    Shape batch = fits ? Shape.of(scores.shape().size(1)) : Shape.of();
    fits &=
        fits
            && targets.size(0) == batch.size(0)
            && inputs.get(2).shape().equals(batch)
            && inputs.get(3).shape().equals(batch);
    if (!fits) {
      throw ShapeException.mismatch(
          name(),
          "[time, batch, classes], targets [batch, length] and two lengths [batch]",
          inputs.toString());
    }
    if (scores.dtype() != DType.FLOAT32 && scores.dtype() != DType.FLOAT64) {
      throw DTypeException.unsupported(name(), scores.dtype(), "float32, float64");
    }
    for (Spec integers : inputs.subList(1, 4)) {
      if (integers.dtype() != DType.INT64) {
        throw DTypeException.mismatch(name(), DType.INT64, integers.dtype());
      }
    }
    return scores.withShape(batch);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    context.save(inputs.toArray(Tensor[]::new));
    Alignments alignments = new Alignments(inputs);
    Tensor total = alignments.total(alignments.forward());
    return total.neg().maskedFill(impossible(total), zeroInfinity ? 0 : Double.POSITIVE_INFINITY);
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    List<Tensor> inputs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      inputs.add(context.saved(i));
    }
    Tensor slope = new Alignments(inputs).slope(zeroInfinity);
    return Gradients.of(slope.mul(gradient.unsqueeze(1)), null, null, null);
  }

  private static Tensor impossible(Tensor total) {
    return total.lt(NOTHING / 2);
  }

  /** The recursions over time, in logarithms. */
  private final class Alignments {
    private final Tensor scores;
    private final Tensor inputLengths;
    private final long time;
    private final long states;

    /** The label of each state, {@code [batch, states]}. */
    private final Tensor labels;

    /** Whether a state may follow the one two before it. */
    private final Tensor skips;

    /** Whether a state exists, and whether an alignment may end there. */
    private final Tensor exists;

    private final Tensor ends;

    Alignments(List<Tensor> inputs) {
      scores = inputs.get(0);
      inputLengths = inputs.get(2);
      time = scores.size(0);
      Tensor targets = inputs.get(1);
      long batch = targets.size(0);
      states = 2 * targets.size(1) + 1;
      Tensor last = inputs.get(3).mul(2).unsqueeze(1);
      Tensor number = Tensor.arange(states).to(scores.device()).unsqueeze(0);
      Tensor length = inputs.get(3).unsqueeze(1);
      Tensor beyond = Tensor.arange(targets.size(1)).to(scores.device()).unsqueeze(0).ge(length);
      Spec column = targets.spec().withShape(Shape.of(batch, 1));
      Tensor blanks = Tensor.full(column, blank);
      Tensor known = targets.maskedFill(beyond, blank).unsqueeze(2);
      Tensor pairs =
          Functional.cat(List.of(Tensor.full(known.spec(), blank), known), 2)
              .reshape(Shape.of(batch, states - 1));
      labels = Functional.cat(List.of(pairs, blanks), 1);
      Tensor before = shifted(labels, 2, blank);
      skips = labels.ne(blank).logicalAnd(labels.ne(before)).logicalAnd(number.ge(2));
      exists = number.le(last);
      ends = number.eq(last).logicalOr(number.eq(last.sub(1)));
    }

    /** Elements moved to higher states ({@code by} above 0) or lower ones. */
    private Tensor shifted(Tensor x, long by, double filling) {
      long width = Math.min(Math.abs(by), states);
      Spec spec = x.spec().withShape(Shape.of(x.size(0), width));
      Tensor filled = Tensor.full(spec, filling);
      return by > 0
          ? Functional.cat(List.of(filled, x.narrow(1, 0, states - width)), 1)
          : Functional.cat(List.of(x.narrow(1, width, states - width), filled), 1);
    }

    /** The log-probability of each state's label at a time, {@code [batch, states]}. */
    private Tensor emitted(long at) {
      return scores.select(0, at).gather(1, labels);
    }

    /** The probabilities of all beginnings that are in a state at a time, label included. */
    private List<Tensor> forward() {
      List<Tensor> alphas = new ArrayList<>();
      Tensor number = Tensor.arange(states).to(scores.device()).unsqueeze(0);
      Tensor starts = number.lt(2).logicalAnd(exists);
      for (long at = 0; at < time; at++) {
        Tensor reached;
        if (at == 0) {
          reached = emitted(0).maskedFill(starts.logicalNot(), NOTHING);
        } else {
          Tensor previous = alphas.get(alphas.size() - 1);
          Tensor skipped = shifted(previous, 2, NOTHING).maskedFill(skips.logicalNot(), NOTHING);
          reached =
              previous
                  .logaddexp(shifted(previous, 1, NOTHING))
                  .logaddexp(skipped)
                  .add(emitted(at))
                  .maskedFill(exists.logicalNot(), NOTHING);
        }
        alphas.add(reached);
      }
      return alphas;
    }

    /** The probabilities of all continuations of a state at a time, its own label excluded. */
    private List<Tensor> backward() {
      List<Tensor> betas = new ArrayList<>();
      Tensor end = Tensor.zeros(labels.spec().withDType(scores.dtype()));
      end = end.maskedFill(ends.logicalNot(), NOTHING);
      Tensor onward = shifted(skips.to(DType.INT64), -2, 0).ne(0);
      Tensor next = end;
      for (long at = time - 1; at >= 0; at--) {
        Tensor beta = end;
        if (at < time - 1) {
          Tensor ahead = next.add(emitted(at + 1));
          Tensor skipped = shifted(ahead, -2, NOTHING).maskedFill(onward.logicalNot(), NOTHING);
          Tensor continued = ahead.logaddexp(shifted(ahead, -1, NOTHING)).logaddexp(skipped);
          Tensor isLast = inputLengths.eq(at + 1).unsqueeze(1);
          beta = Functional.where(isLast, end, continued);
        }
        betas.add(beta);
        next = beta;
      }
      Collections.reverse(betas);
      return betas;
    }

    /** The log-likelihood of the targets, {@code [batch]}. */
    private Tensor total(List<Tensor> alphas) {
      Tensor total = null;
      for (long at = 0; at < time; at++) {
        Tensor ended = alphas.get((int) at).maskedFill(ends.logicalNot(), NOTHING);
        Tensor here = ended.logSumExp(new int[] {1}, false);
        Tensor isLast = inputLengths.eq(at + 1);
        total =
            total == null
                ? here.maskedFill(isLast.logicalNot(), NOTHING)
                : Functional.where(isLast, here, total);
      }
      return total == null ? Tensor.zeros(scores.spec().withShape(inputLengths.shape())) : total;
    }

    /** What the model says of each class minus what the alignments say, as PyTorch has it. */
    private Tensor slope(boolean zeroInfinite) {
      List<Tensor> alphas = forward();
      List<Tensor> betas = backward();
      Tensor total = total(alphas);
      Tensor impossible = impossible(total);
      List<Tensor> slopes = new ArrayList<>();
      for (long at = 0; at < time; at++) {
        Tensor probabilities = scores.select(0, at).exp();
        Tensor shares = alphas.get((int) at).add(betas.get((int) at)).sub(total.unsqueeze(1)).exp();
        Tensor slope =
            probabilities.sub(Tensor.zeros(probabilities.spec()).scatterAdd(1, labels, shares));
        if (!zeroInfinite) {
          slope = slope.maskedFill(impossible.unsqueeze(1), Double.NaN);
        }
        Tensor silent = inputLengths.le(at).unsqueeze(1);
        slope = slope.maskedFill(silent, 0);
        slopes.add(zeroInfinite ? slope.maskedFill(impossible.unsqueeze(1), 0) : slope);
      }
      return Functional.stack(slopes, 0);
    }
  }
}
