package ai.cresset.checkpoint;

import ai.cresset.nn.Placement;
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
import ai.cresset.nn.loss.QuantileLoss;
import ai.cresset.nn.loss.SmoothL1Loss;
import ai.cresset.nn.loss.SoftMarginLoss;
import ai.cresset.nn.loss.TripletMarginLoss;
import ai.cresset.type.Shape;

/** Losses in a registry. */
final class StandardLosses {
  private StandardLosses() {}

  static void register(ModuleRegistry registry) {
    ofClasses(registry);
    others(registry);
  }

  private static void ofClasses(ModuleRegistry registry) {
    registry
        .register("L1Loss", L1Loss.class, L1Loss::new)
        .register("MSELoss", MeanSquaredErrorLoss.class, MeanSquaredErrorLoss::new)
        .register("MultiLabelMarginLoss", MultilabelMarginLoss.class, MultilabelMarginLoss::new)
        .register("SoftMarginLoss", SoftMarginLoss.class, SoftMarginLoss::new)
        .registerDescribed(
            "BCELoss",
            BinaryCrossEntropyLoss.class,
            s -> new BinaryCrossEntropyLoss(s.tensor("weight")))
        .registerDescribed(
            "BCEWithLogitsLoss",
            BinaryCrossEntropyWithLogitsLoss.class,
            s -> new BinaryCrossEntropyWithLogitsLoss(s.tensor("weight"), s.tensor("posWeight")))
        .registerDescribed(
            "CrossEntropyLoss",
            CrossEntropyLoss.class,
            s ->
                new CrossEntropyLoss(
                    s.integer("ignoreIndex"), s.number("labelSmoothing"), s.tensor("weight")))
        .registerDescribed(
            "MultiMarginLoss",
            MultiMarginLoss.class,
            s -> new MultiMarginLoss(s.count("p"), s.number("margin"), s.tensor("weight")))
        .registerDescribed(
            "MultiLabelSoftMarginLoss",
            MultilabelSoftMarginLoss.class,
            s -> new MultilabelSoftMarginLoss(s.tensor("weight")))
        .registerDescribed(
            "NLLLoss",
            NllLoss.class,
            s -> new NllLoss(s.integer("ignoreIndex"), s.tensor("weight")))
        .registerDescribed(
            "LinearCrossEntropyLoss",
            LinearCrossEntropyLoss.class,
            s ->
                new LinearCrossEntropyLoss(
                    s.integer("inFeatures"),
                    Shape.of(s.integers("logits")),
                    s.flag("bias"),
                    s.integer("ignoreIndex"),
                    s.number("labelSmoothing"),
                    s.tensor("weight"),
                    Placement.DEFAULT))
        .registerDescribed(
            "AdaptiveLogSoftmaxWithLoss",
            AdaptiveLogSoftmaxWithLoss.class,
            s ->
                new AdaptiveLogSoftmaxWithLoss(
                    s.integer("inFeatures"),
                    s.integer("numClasses"),
                    s.integers("cutoffs"),
                    s.number("divValue"),
                    s.flag("headBias"),
                    Placement.DEFAULT));
  }

  private static void others(ModuleRegistry registry) {
    registry
        .registerDescribed(
            "CosineEmbeddingLoss",
            CosineEmbeddingLoss.class,
            s -> new CosineEmbeddingLoss(s.number("margin")))
        .registerDescribed(
            "HingeEmbeddingLoss",
            HingeEmbeddingLoss.class,
            s -> new HingeEmbeddingLoss(s.number("margin")))
        .registerDescribed(
            "MarginRankingLoss",
            MarginRankingLoss.class,
            s -> new MarginRankingLoss(s.number("margin")))
        .registerDescribed(
            "CTCLoss", CtcLoss.class, s -> new CtcLoss(s.integer("blank"), s.flag("zeroInfinity")))
        .registerDescribed(
            "GaussianNLLLoss",
            GaussianNllLoss.class,
            s -> new GaussianNllLoss(s.flag("full"), s.number("eps")))
        .registerDescribed("HuberLoss", HuberLoss.class, s -> new HuberLoss(s.number("delta")))
        .registerDescribed("KLDivLoss", KlDivLoss.class, s -> new KlDivLoss(s.flag("logTarget")))
        .registerDescribed(
            "PoissonNLLLoss",
            PoissonNllLoss.class,
            s -> new PoissonNllLoss(s.flag("logInput"), s.flag("full"), s.number("eps")))
        .registerDescribed(
            "QuantileLoss", QuantileLoss.class, s -> new QuantileLoss(s.numbers("quantiles")))
        .registerDescribed(
            "SmoothL1Loss", SmoothL1Loss.class, s -> new SmoothL1Loss(s.number("beta")))
        .registerDescribed(
            "TripletMarginLoss",
            TripletMarginLoss.class,
            s ->
                new TripletMarginLoss(
                    s.number("margin"), s.number("p"), s.number("eps"), s.flag("swap")));
  }
}
