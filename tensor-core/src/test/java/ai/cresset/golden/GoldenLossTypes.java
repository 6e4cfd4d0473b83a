package ai.cresset.golden;

import ai.cresset.nn.Module;
import ai.cresset.nn.functional.Distances;
import ai.cresset.nn.functional.Losses;
import ai.cresset.nn.loss.AdaptiveLogSoftmaxWithLoss;
import ai.cresset.nn.loss.BinaryCrossEntropyLoss;
import ai.cresset.nn.loss.BinaryCrossEntropyWithLogitsLoss;
import ai.cresset.nn.loss.CosineEmbeddingLoss;
import ai.cresset.nn.loss.CrossEntropyLoss;
import ai.cresset.nn.loss.CtcLoss;
import ai.cresset.nn.loss.GaussianNllLoss;
import ai.cresset.nn.loss.HingeEmbeddingLoss;
import ai.cresset.nn.loss.HuberLoss;
import ai.cresset.nn.loss.KlDivLoss;
import ai.cresset.nn.loss.L1Loss;
import ai.cresset.nn.loss.LinearCrossEntropyLoss;
import ai.cresset.nn.loss.MarginRankingLoss;
import ai.cresset.nn.loss.MeanSquaredErrorLoss;
import ai.cresset.nn.loss.MultiMarginLoss;
import ai.cresset.nn.loss.MultilabelMarginLoss;
import ai.cresset.nn.loss.MultilabelSoftMarginLoss;
import ai.cresset.nn.loss.NllLoss;
import ai.cresset.nn.loss.PoissonNllLoss;
import ai.cresset.nn.loss.SmoothL1Loss;
import ai.cresset.nn.loss.SoftMarginLoss;
import ai.cresset.nn.loss.TargetLoss;
import ai.cresset.nn.loss.TripletMarginLoss;
import ai.cresset.nn.loss.TripletMarginWithDistanceLoss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** PyTorch's names of losses, with their settings, as ours. */
final class GoldenLossTypes {
  private GoldenLossTypes() {}

  static void register() {
    numbers();
    classes();
    margins();
    adaptive();
  }

  private static LossReduction reduction(GoldenConfig c) {
    return LossReduction.valueOf(c.text("reduction", "mean").toUpperCase(Locale.ROOT));
  }

  private static void target(String name, Function<GoldenConfig, TargetLoss> make) {
    GoldenModuleTypes.ALL.put(
        "nn." + name,
        c -> {
          TargetLoss loss = make.apply(c);
          if (c.text("reduction", "mean").equals("batchmean")) {
            return GoldenModule.of(loss, in -> loss.call(in.get(0), in.get(1)).mean());
          }
          LossReduction reduction = reduction(c);
          return GoldenModule.of(loss, in -> loss.call(in.get(0), in.get(1), reduction));
        });
  }

  /** Calls a loss of three tensors. */
  private interface Three<M> {
    Tensor of(M loss, Tensor first, Tensor second, Tensor third, LossReduction reduction);
  }

  private static <M extends Module> void three(
      String name, Function<GoldenConfig, M> make, Three<M> call) {
    GoldenModuleTypes.ALL.put(
        "nn." + name,
        c -> {
          M loss = make.apply(c);
          LossReduction reduction = reduction(c);
          return GoldenModule.of(
              loss, in -> call.of(loss, in.get(0), in.get(1), in.get(2), reduction));
        });
  }

  private static @Nullable Tensor vector(GoldenConfig c, String name) {
    if (!c.has(name)) {
      return null;
    }
    double[] values = c.numbers(name);
    return Tensor.of(values, values.length).to(c.placement().dtype()).to(c.placement().device());
  }

  private static void numbers() {
    target("L1Loss", c -> new L1Loss());
    target("MSELoss", c -> new MeanSquaredErrorLoss());
    target("SmoothL1Loss", c -> new SmoothL1Loss(c.number("beta", 1)));
    target("HuberLoss", c -> new HuberLoss(c.number("delta", 1)));
    target("SoftMarginLoss", c -> new SoftMarginLoss());
    target("BCELoss", c -> new BinaryCrossEntropyLoss(vector(c, "weight")));
    target(
        "BCEWithLogitsLoss",
        c -> new BinaryCrossEntropyWithLogitsLoss(vector(c, "weight"), vector(c, "pos_weight")));
    target("KLDivLoss", c -> new KlDivLoss(c.flag("log_target", false)));
    target(
        "PoissonNLLLoss",
        c ->
            new PoissonNllLoss(
                c.flag("log_input", true), c.flag("full", false), c.number("eps", 1e-8)));
    target("HingeEmbeddingLoss", c -> new HingeEmbeddingLoss(c.number("margin", 1)));
    three(
        "GaussianNLLLoss",
        c -> new GaussianNllLoss(c.flag("full", false), c.number("eps", 1e-6)),
        GaussianNllLoss::call);
  }

  private static void classes() {
    target(
        "CrossEntropyLoss",
        c ->
            new CrossEntropyLoss(
                c.integer("ignore_index", Losses.IGNORE_INDEX),
                c.number("label_smoothing", 0),
                vector(c, "weight")));
    target(
        "NLLLoss",
        c -> new NllLoss(c.integer("ignore_index", Losses.IGNORE_INDEX), vector(c, "weight")));
    target(
        "LinearCrossEntropyLoss",
        c -> {
          long[] more = c.integers("out_features");
          long[] logits = new long[more.length + 1];
          logits[0] = c.integer("num_classes");
          System.arraycopy(more, 0, logits, 1, more.length);
          return new LinearCrossEntropyLoss(
              c.integer("in_features"),
              Shape.of(logits),
              c.flag("bias", false),
              Losses.IGNORE_INDEX,
              c.number("label_smoothing", 0),
              vector(c, "weight"),
              c.placement());
        });
    target(
        "MultiMarginLoss",
        c ->
            new MultiMarginLoss(
                (int) c.integer("p", 1), c.number("margin", 1), vector(c, "weight")));
    target("MultiLabelMarginLoss", c -> new MultilabelMarginLoss());
    target("MultiLabelSoftMarginLoss", c -> new MultilabelSoftMarginLoss(vector(c, "weight")));
    GoldenModuleTypes.ALL.put(
        "nn.CTCLoss",
        c -> {
          CtcLoss loss = new CtcLoss(c.integer("blank", 0), c.flag("zero_infinity", false));
          LossReduction reduction = reduction(c);
          return GoldenModule.of(
              loss, in -> loss.call(in.get(0), in.get(1), in.get(2), in.get(3), reduction));
        });
  }

  private static void margins() {
    three(
        "MarginRankingLoss",
        c -> new MarginRankingLoss(c.number("margin", 0)),
        MarginRankingLoss::call);
    three(
        "CosineEmbeddingLoss",
        c -> new CosineEmbeddingLoss(c.number("margin", 0)),
        CosineEmbeddingLoss::call);
    three(
        "TripletMarginLoss",
        c ->
            new TripletMarginLoss(
                c.number("margin", 1), c.number("p", 2), 1e-6, c.flag("swap", false)),
        TripletMarginLoss::call);
    three(
        "TripletMarginWithDistanceLoss",
        c ->
            new TripletMarginWithDistanceLoss(
                Distances::pairwiseDistance, c.number("margin", 1), c.flag("swap", false)),
        TripletMarginWithDistanceLoss::call);
  }

  private static AdaptiveLogSoftmaxWithLoss softmax(GoldenConfig c) {
    return new AdaptiveLogSoftmaxWithLoss(
        c.integer("in_features"),
        c.integer("n_classes"),
        c.integers("cutoffs"),
        c.number("div_value", 4),
        c.flag("head_bias", false),
        c.placement());
  }

  private static void adaptive() {
    String name = "nn.AdaptiveLogSoftmaxWithLoss";
    GoldenModuleTypes.ALL.put(
        name,
        c -> {
          AdaptiveLogSoftmaxWithLoss softmax = softmax(c);
          return GoldenModule.tree(softmax, in -> softmax.call(in.get(0), in.get(1)));
        });
    for (String call : List.of("log_prob", "predict")) {
      GoldenModuleTypes.ALL.put(
          call + "(" + name + ")",
          c -> {
            AdaptiveLogSoftmaxWithLoss softmax = softmax(c);
            return GoldenModule.of(
                softmax,
                in ->
                    call.equals("predict")
                        ? softmax.predict(in.get(0))
                        : softmax.logProb(in.get(0)));
          });
    }
  }
}
