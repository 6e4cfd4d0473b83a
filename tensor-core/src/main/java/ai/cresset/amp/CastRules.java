package ai.cresset.amp;

import ai.cresset.type.Device;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** PyTorch's lists of what autocast does with which operation, for CPUs and for CUDA devices. */
final class CastRules {
  /** Products, convolutions and attention, on every device. */
  private static final List<String> LOWER =
      List.of(
          "matmul",
          "linear",
          "conv1d",
          "conv2d",
          "conv3d",
          "convTranspose1d",
          "convTranspose2d",
          "convTranspose3d",
          "attention",
          "addmm",
          "baddbmm",
          "prelu");

  /** Norms, whose parameters stay float32 while what they normalise does not. */
  private static final List<String> LIKE_FIRST = List.of("layerNorm", "standardize");

  /** Losses, on every device. */
  private static final List<String> LOSSES =
      List.of(
          "crossEntropy",
          "nllLoss",
          "mseLoss",
          "l1Loss",
          "smoothL1",
          "huber",
          "klDivergence",
          "poissonNegativeLogLikelihood",
          "binaryCrossEntropyWithLogits",
          "cosineEmbeddingLoss",
          "hingeEmbedding",
          "marginRanking",
          "softMargin",
          "tripletMarginLoss",
          "multiMarginLoss",
          "multilabelMarginLoss");

  private static final List<String> CPU_FLOAT32 =
      List.of("avgPool3d", "binaryCrossEntropy", "ctcLoss", "cdist", "gridSample", "prod");

  /** What PyTorch refuses (binary cross entropy) or cannot compute in float16 (CTC) comes along. */
  private static final List<String> CUDA_FLOAT32 =
      List.of(
          "acos",
          "asin",
          "binaryCrossEntropy",
          "cosh",
          "cdist",
          "cosineSimilarity",
          "ctcLoss",
          "cumprod",
          "cumsum",
          "erfinv",
          "exp",
          "expm1",
          "groupNorm",
          "interpolate",
          "layerNorm",
          "log",
          "log10",
          "log1p",
          "log2",
          "logSoftmax",
          "logSumExp",
          "norm",
          "pow",
          "powScalar",
          "prod",
          "reciprocal",
          "rmsNorm",
          "rsqrt",
          "sinh",
          "softmax",
          "softplus",
          "sum",
          "tan");

  private static final Map<String, CastRule> CPU = rules(CPU_FLOAT32);
  private static final Map<String, CastRule> CUDA = rules(CUDA_FLOAT32);

  private CastRules() {}

  private static Map<String, CastRule> rules(List<String> float32) {
    Map<String, CastRule> rules = new HashMap<>();
    LIKE_FIRST.forEach(name -> rules.put(name, CastRule.LIKE_FIRST));
    LOWER.forEach(name -> rules.put(name, CastRule.LOWER));
    LOSSES.forEach(name -> rules.put(name, CastRule.FLOAT32));
    float32.forEach(name -> rules.put(name, CastRule.FLOAT32));
    return rules;
  }

  /** The rule of an operation by its name here. */
  static CastRule of(Device.Kind kind, String operation) {
    return (kind == Device.Kind.CUDA ? CUDA : CPU).getOrDefault(operation, CastRule.WIDEST);
  }
}
