package ai.cresset.nn.loss;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DTypeException;
import ai.cresset.error.DataException;
import ai.cresset.error.ShapeException;
import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.container.ModuleList;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.layer.Linear;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A softmax over many classes that spends less on rare ones (Grave et al. 2017, {@code
 * torch.nn.AdaptiveLogSoftmaxWithLoss}). Classes are numbered from the most frequent one and cut
 * into a short list and clusters.
 *
 * <p>Input {@code [batch, inFeatures]} and target int64 {@code [batch]}, or {@code [inFeatures]}
 * and {@code []}. Children: {@code head}, a {@link Linear} to the short list and the clusters, and
 * {@code tail}, for each cluster two without bias by way of {@code inFeatures / divValue^(cluster +
 * 1)} features.
 */
public final class AdaptiveLogSoftmaxWithLoss extends Module {
  private final long inFeatures;
  private final long numClasses;
  private final long[] ends;
  private final double divValue;
  private final Linear head;
  private final ModuleList<Sequential> tail;

  /** With PyTorch's defaults: divValue 4, no bias of the head. */
  public AdaptiveLogSoftmaxWithLoss(long inFeatures, long numClasses, long... cutoffs) {
    this(inFeatures, numClasses, cutoffs, 4, false, Placement.DEFAULT);
  }

  /**
   * An adaptive softmax.
   *
   * @param cutoffs where clusters begin, ascending, between 1 and {@code numClasses - 1}
   * @param divValue how much smaller the features of each cluster are than those of the one before
   * @param headBias whether the head has a bias
   */
  public AdaptiveLogSoftmaxWithLoss(
      long inFeatures,
      long numClasses,
      long[] cutoffs,
      double divValue,
      boolean headBias,
      Placement placement) {
    this.inFeatures = inFeatures;
    this.numClasses = numClasses;
    this.divValue = divValue;
    checkCutoffs(numClasses, cutoffs);
    int clusters = cutoffs.length;
    ends = Arrays.copyOf(cutoffs, clusters + 1);
    ends[clusters] = numClasses;
    head = child("head", new Linear(inFeatures, ends[0] + clusters, headBias, placement));
    List<Sequential> made = new ArrayList<>();
    for (int i = 0; i < clusters; i++) {
      long features = (long) Math.floor(inFeatures / Math.pow(divValue, i + 1));
      made.add(
          new Sequential(
              new Linear(inFeatures, features, false, placement),
              new Linear(features, ends[i + 1] - ends[i], false, placement)));
    }
    tail = child("tail", new ModuleList<>(made));
  }

  private static void checkCutoffs(long numClasses, long[] cutoffs) {
    long before = 0;
    for (long each : cutoffs) {
      if (each <= before || each > numClasses - 1) {
        before = Long.MAX_VALUE;
        break;
      }
      before = each;
    }
    if (cutoffs.length == 0 || before == Long.MAX_VALUE) {
      throw ConfigException.value(
          "AdaptiveLogSoftmaxWithLoss.cutoffs",
          Arrays.toString(cutoffs),
          "unique numbers in ascending order between 1 and numClasses - 1 = " + (numClasses - 1));
    }
  }

  /** The log-probabilities of the targets, and the loss. */
  public AdaptiveLogSoftmaxOutput call(Tensor input, Tensor target) {
    return scopedTree(
        () -> {
          Tensor output = targets(input, target);
          return new AdaptiveLogSoftmaxOutput(output, output.neg().mean());
        });
  }

  /** The loss as a sum and the number of targets. */
  public Loss loss(Tensor input, Tensor target) {
    return scopedLoss(() -> new Loss(targets(input, target).neg().sum(), target.numel()));
  }

  /** The log-probabilities of all classes: {@code [batch, numClasses]}. */
  public Tensor logProb(Tensor input) {
    return scoped(() -> all(input, head.call(rows(input))));
  }

  /** The most probable class of each row, int64 {@code [batch]}. */
  public Tensor predict(Tensor input) {
    return scoped(
        () -> {
          Tensor scores = head.call(rows(input));
          Tensor best = scores.argmax(1, false);
          Tensor rare = best.ge(ends[0]);
          if (rare.any().item() == 0) {
            return best;
          }
          Tensor places = rare.nonzero().squeeze(1);
          Tensor found =
              all(input.indexSelect(0, places), scores.indexSelect(0, places)).argmax(1, false);
          return best.indexCopy(0, places, found);
        });
  }

  private Tensor rows(Tensor input) {
    if (input.rank() != 2 || input.size(1) != inFeatures) {
      throw ShapeException.mismatch(
          "AdaptiveLogSoftmaxWithLoss", "[batch, " + inFeatures + "]", input.shape());
    }
    return input;
  }

  private Tensor targets(Tensor input, Tensor target) {
    boolean single = target.rank() == 0;
    boolean fits =
        target.rank() <= 1
            && input.rank() == target.rank() + 1
            && (single || input.size(0) == target.size(0));
    if (!fits) {
      throw ShapeException.mismatch(
          "AdaptiveLogSoftmaxWithLoss",
          "[batch, " + inFeatures + "] and a target [batch], or both without batch",
          input.shape() + " and " + target.shape());
    }
    if (target.dtype() != DType.INT64) {
      throw DTypeException.mismatch(
          "AdaptiveLogSoftmaxWithLoss (target)", DType.INT64, target.dtype());
    }
    if (target.lt(0).logicalOr(target.ge(numClasses)).any().item() != 0) {
      throw DataException.outside(
          "AdaptiveLogSoftmaxWithLoss", "target", "[0, " + (numClasses - 1) + "]");
    }
    Tensor found =
        single
            ? found(rows(input.unsqueeze(0)), target.unsqueeze(0)).squeeze(0)
            : found(rows(input), target);
    return found;
  }

  /** The log-probability of each row's target: that of its cluster and that inside of it. */
  private Tensor found(Tensor input, Tensor target) {
    Tensor inHead = target;
    Tensor inside = Tensor.zeros(input.spec().withShape(Shape.of(target.numel())));
    for (int i = 0; i + 1 < ends.length; i++) {
      Tensor mine = target.ge(ends[i]).logicalAnd(target.lt(ends[i + 1]));
      Tensor places = mine.nonzero().squeeze(1);
      if (places.numel() == 0) {
        continue;
      }
      inHead = inHead.maskedFill(mine, (double) (ends[0] + i));
      Tensor scores = tail.get(i).call(input.indexSelect(0, places)).logSoftmax(1);
      Tensor within = target.indexSelect(0, places).sub(ends[i]);
      inside = inside.indexAdd(0, places, scores.gather(1, within.unsqueeze(1)).squeeze(1));
    }
    Tensor scores = head.call(input).logSoftmax(1);
    return scores.gather(1, inHead.unsqueeze(1)).squeeze(1).add(inside);
  }

  private Tensor all(Tensor input, Tensor scores) {
    Tensor first = scores.logSoftmax(1);
    List<Tensor> parts = new ArrayList<>();
    parts.add(first.narrow(1, 0, ends[0]));
    for (int i = 0; i + 1 < ends.length; i++) {
      parts.add(tail.get(i).call(input).logSoftmax(1).add(first.narrow(1, ends[0] + i, 1)));
    }
    return Functional.cat(parts, 1);
  }

  @Override
  protected String settings() {
    return inFeatures + " -> " + numClasses + ", cutoffs " + Arrays.toString(ends);
  }

  @Override
  public void describe(ModuleDescription description) {
    description
        .integer("inFeatures", inFeatures)
        .integer("numClasses", numClasses)
        .integers("cutoffs", Arrays.copyOf(ends, ends.length - 1))
        .number("divValue", divValue)
        .flag("headBias", head.bias() != null);
  }
}
