package ai.cresset.tensor.op;

import static ai.cresset.tensor.op.GradientTest.index;
import static ai.cresset.tensor.op.GradientTest.s;

import ai.cresset.nn.functional.AlignmentLosses;
import ai.cresset.nn.functional.Attentions;
import ai.cresset.nn.functional.Distances;
import ai.cresset.nn.functional.Losses;
import ai.cresset.nn.functional.MarginLosses;
import ai.cresset.tensor.LossReduction;
import ai.cresset.type.Shape;
import java.util.List;

/** Rows of losses and distances. */
final class LossGradients {
  private LossGradients() {}

  static void add(List<GradientRow> rows) {
    losses(rows);
    classes(rows);
    margins(rows);
    distances(rows);
  }

  private static void losses(List<GradientRow> rows) {
    rows.add(
        GradientRow.of(
            "smoothL1",
            SmoothL1.class,
            x -> Losses.smoothL1Loss(x.get(0), x.get(1), 0.7, LossReduction.MEAN),
            s(3, 4),
            s(3, 4)));
    rows.add(
        GradientRow.of(
            "huber",
            Huber.class,
            x -> Losses.huberLoss(x.get(0), x.get(1), 0.7, LossReduction.MEAN),
            s(3, 4),
            s(3, 4)));
    rows.add(
        GradientRow.of(
            "l1",
            Abs.class,
            x -> Losses.l1Loss(x.get(0), x.get(1), LossReduction.MEAN),
            s(3, 4),
            s(3, 4)));
    rows.add(
        GradientRow.of(
                "binaryCrossEntropy",
                BinaryCrossEntropy.class,
                x -> Losses.binaryCrossEntropy(x.get(0), x.get(1), null, LossReduction.MEAN),
                s(3, 4),
                s(3, 4))
            .within(0.2, 0.8));
    rows.add(
        GradientRow.of(
            "logits",
            BinaryCrossEntropyWithLogits.class,
            x ->
                Losses.binaryCrossEntropyWithLogits(
                    x.get(0), x.get(1), null, null, LossReduction.MEAN),
            s(3, 4),
            s(3, 4)));
    rows.add(
        GradientRow.of(
            "logits weighted",
            BinaryCrossEntropyWithLogits.class,
            x ->
                Losses.binaryCrossEntropyWithLogits(
                    x.get(0), x.get(1), null, x.get(2), LossReduction.MEAN),
            s(3, 4),
            s(3, 4),
            s(4)));
    rows.add(
        GradientRow.of(
                "klDiv",
                KlDivergence.class,
                x -> Losses.klDiv(x.get(0), x.get(1), false, LossReduction.MEAN),
                s(3, 4),
                s(3, 4))
            .within(0.3, 2));
    rows.add(
        GradientRow.of(
            "klDiv log",
            KlDivergence.class,
            x -> Losses.klDiv(x.get(0), x.get(1), true).mean(),
            s(3, 4),
            s(3, 4)));
    rows.add(
        GradientRow.of(
                "poisson",
                PoissonNegativeLogLikelihood.class,
                x ->
                    Losses.poissonNllLoss(x.get(0), x.get(1), true, true, 1e-8, LossReduction.MEAN),
                s(3, 4),
                s(3, 4))
            .within(0.4, 0.9));
    rows.add(
        GradientRow.of(
                "poisson full",
                PoissonNegativeLogLikelihood.class,
                x ->
                    Losses.poissonNllLoss(
                        x.get(0), x.get(1), false, true, 1e-8, LossReduction.MEAN),
                s(3, 4),
                s(3, 4))
            .within(1.2, 3));
    rows.add(
        GradientRow.of(
                "gaussian",
                Square.class,
                x ->
                    Losses.gaussianNllLoss(
                        x.get(0), x.get(1), x.get(2), true, 1e-6, LossReduction.MEAN),
                s(3, 4),
                s(3, 4),
                s(3))
            .within(0.4, 2));
  }

  private static void classes(List<GradientRow> rows) {
    rows.add(
        GradientRow.of(
            "crossEntropy smoothed",
            Gather.class,
            x ->
                Losses.crossEntropy(
                    x.get(0), index(x.get(0), 1, 9, 0, 2), null, 9, 0.2, LossReduction.MEAN),
            s(4, 3)));
    rows.add(
        GradientRow.of(
                "crossEntropy weighted",
                IndexSelect.class,
                x ->
                    Losses.crossEntropy(
                        x.get(0),
                        index(x.get(0), 1, 9, 0, 2),
                        x.get(1),
                        9,
                        0.2,
                        LossReduction.MEAN),
                s(4, 3),
                s(3))
            .within(0.4, 2));
    rows.add(
        GradientRow.of(
            "crossEntropy soft",
            Softmax.class,
            x -> Losses.crossEntropy(x.get(0), x.get(1).softmax(1)),
            s(4, 3),
            s(4, 3)));
    rows.add(
        GradientRow.of(
            "nll",
            Gather.class,
            x -> Losses.nllLoss(x.get(0), index(x.get(0), 1, 9, 0, 2), null, 9, LossReduction.MEAN),
            s(4, 3)));
    rows.add(
        GradientRow.of(
            "ctc",
            CtcLoss.class,
            x ->
                AlignmentLosses.ctcLoss(
                    x.get(0).logSoftmax(2),
                    index(x.get(0), Shape.of(2, 2), 1, 1, 2, 0),
                    index(x.get(0), 4, 3),
                    index(x.get(0), 2, 1),
                    0,
                    false,
                    LossReduction.MEAN),
            s(4, 2, 3)));
  }

  private static void margins(List<GradientRow> rows) {
    rows.add(
        GradientRow.of(
            "softMargin",
            SoftMargin.class,
            x -> MarginLosses.softMarginLoss(x.get(0), x.get(1), LossReduction.MEAN),
            s(3, 4),
            s(3, 4)));
    rows.add(
        GradientRow.of(
            "hingeEmbedding",
            HingeEmbedding.class,
            x ->
                MarginLosses.hingeEmbeddingLoss(
                    x.get(0), x.get(0).detach().sin().sign(), 0.6, LossReduction.MEAN),
            s(3, 4)));
    rows.add(
        GradientRow.of(
            "marginRanking",
            MarginRanking.class,
            x ->
                MarginLosses.marginRankingLoss(
                    x.get(0), x.get(1), x.get(2), 0.3, LossReduction.MEAN),
            s(3, 4),
            s(3, 4),
            s(3, 4)));
    rows.add(
        GradientRow.of(
            "cosineEmbedding",
            Where.class,
            x ->
                MarginLosses.cosineEmbeddingLoss(
                    x.get(0), x.get(1), index(x.get(0), 1, -1, 1), -0.9, LossReduction.MEAN),
            s(3, 4),
            s(3, 4)));
    rows.add(
        GradientRow.of(
            "tripletMargin",
            Norm.class,
            x ->
                MarginLosses.tripletMarginLoss(
                    x.get(0), x.get(1), x.get(2), 2, 2, 1e-6, true, LossReduction.MEAN),
            s(3, 4),
            s(3, 4),
            s(3, 4)));
    rows.add(
        GradientRow.of(
            "multiMargin 1",
            Gather.class,
            x ->
                MarginLosses.multiMarginLoss(
                    x.get(0), index(x.get(0), 1, 3, 0), 1, 1, null, LossReduction.MEAN),
            s(3, 4)));
    rows.add(
        GradientRow.of(
            "multiMargin 2",
            Gather.class,
            x ->
                MarginLosses.multiMarginLoss(
                    x.get(0), index(x.get(0), 1, 3, 0), 2, 1, null, LossReduction.MEAN),
            s(3, 4)));
    rows.add(
        GradientRow.of(
            "multilabelMargin",
            Gather.class,
            x ->
                MarginLosses.multilabelMarginLoss(
                    x.get(0),
                    index(x.get(0), Shape.of(2, 3), 1, -1, 0, 2, 0, -1),
                    LossReduction.MEAN),
            s(2, 3)));
    rows.add(
        GradientRow.of(
            "multilabelSoftMargin",
            BinaryCrossEntropyWithLogits.class,
            x ->
                MarginLosses.multilabelSoftMarginLoss(x.get(0), x.get(1), null, LossReduction.MEAN),
            s(3, 4),
            s(3, 4)));
  }

  private static void distances(List<GradientRow> rows) {
    rows.add(
        GradientRow.of(
            "cosineSimilarity",
            Norm.class,
            x -> Distances.cosineSimilarity(x.get(0), x.get(1), 1, 1e-8),
            s(3, 4),
            s(3, 4)));
    rows.add(
        GradientRow.of(
            "pairwiseDistance",
            Norm.class,
            x -> Distances.pairwiseDistance(x.get(0), x.get(1)),
            s(3, 4),
            s(3, 4)));
    rows.add(
        GradientRow.of(
            "cdist", Norm.class, x -> Distances.cdist(x.get(0), x.get(1)), s(3, 4), s(2, 4)));
    rows.add(
        GradientRow.of(
            "cdist 3",
            PowScalar.class,
            x -> Distances.cdist(x.get(0), x.get(1), 3),
            s(3, 4),
            s(2, 4)));
    rows.add(
        GradientRow.of("normalize", Norm.class, x -> Distances.normalize(x.get(0), 1), s(3, 4)));
    rows.add(
        GradientRow.of(
            "attention with a mask and groups",
            Softmax.class,
            x ->
                Attentions.scaledDotProductAttention(
                    x.get(0), x.get(1), x.get(2), x.get(3), false, 0, 0.7, true),
            s(1, 2, 3, 2),
            s(1, 1, 3, 2),
            s(1, 1, 3, 2),
            s(3, 3)));
  }
}
