package ai.cresset.amp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.type.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The lists for CUDA devices are PyTorch's; tests/peers/autocast_table.py takes them from it. */
class CastRulesTest {
  /** Operations of PyTorch under other names here. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("_convolution", "conv2d"),
          Map.entry("convolution", "conv2d"),
          Map.entry("conv_transpose1d", "convTranspose1d"),
          Map.entry("conv_transpose2d", "convTranspose2d"),
          Map.entry("conv_transpose3d", "convTranspose3d"),
          Map.entry("scaled_dot_product_attention", "attention"),
          Map.entry("_scaled_dot_product_flash_attention", "attention"),
          Map.entry("binary_cross_entropy_with_logits", "binaryCrossEntropyWithLogits"),
          Map.entry("cosine_embedding_loss", "cosineEmbeddingLoss"),
          Map.entry("cosine_similarity", "cosineSimilarity"),
          Map.entry("group_norm", "groupNorm"),
          Map.entry("hinge_embedding_loss", "hingeEmbedding"),
          Map.entry("huber_loss", "huber"),
          Map.entry("kl_div", "klDivergence"),
          Map.entry("l1_loss", "l1Loss"),
          Map.entry("layer_norm", "layerNorm"),
          Map.entry("native_layer_norm", "layerNorm"),
          Map.entry("log_softmax", "logSoftmax"),
          Map.entry("logsumexp", "logSumExp"),
          Map.entry("margin_ranking_loss", "marginRanking"),
          Map.entry("mse_loss", "mseLoss"),
          Map.entry("multi_margin_loss", "multiMarginLoss"),
          Map.entry("multilabel_margin_loss", "multilabelMarginLoss"),
          Map.entry("nll_loss", "nllLoss"),
          Map.entry("nll_loss2d", "nllLoss"),
          Map.entry("poisson_nll_loss", "poissonNegativeLogLikelihood"),
          Map.entry("rms_norm", "rmsNorm"),
          Map.entry("smooth_l1_loss", "smoothL1"),
          Map.entry("soft_margin_loss", "softMargin"),
          Map.entry("triplet_margin_loss", "tripletMarginLoss"),
          Map.entry("linalg_vector_norm", "norm"));

  /** Made of matmul, linear, prelu and the like, which are on the list themselves. */
  private static final Set<String> COMPOSED_OF_PRODUCTS =
      Set.of(
          "addbmm",
          "addmv",
          "addr",
          "bmm",
          "chain_matmul",
          "conv_tbc",
          "einsum",
          "linalg_multi_dot",
          "linalg_vecdot",
          "mm",
          "mv",
          "gru_cell",
          "lstm_cell",
          "rnn_relu_cell",
          "rnn_tanh_cell",
          "_thnn_fused_gru_cell",
          "_thnn_fused_lstm_cell");

  /** Made of norm, pow and sum, which are on the list themselves, or not here. */
  private static final Set<String> COMPOSED_OF_NORMS =
      Set.of("dist", "pdist", "frobenius_norm", "nuclear_norm", "linalg_matrix_norm", "renorm");

  @Test
  void cudaListsAreThoseOfPyTorch() throws IOException {
    JsonNode lists;
    try (var stream = CastRulesTest.class.getResourceAsStream("/golden/autocast-cuda.json")) {
      lists = new ObjectMapper().readTree(Objects.requireNonNull(stream));
    }
    List<String> wrong = new ArrayList<>();
    lists.get("lower").forEach(name -> check(name.asText(), CastRule.LOWER, wrong));
    lists.get("float32").forEach(name -> check(name.asText(), CastRule.FLOAT32, wrong));
    lists.get("widest").forEach(name -> check(name.asText(), CastRule.WIDEST, wrong));
    assertEquals(List.of(), wrong);
  }

  private static void check(String name, CastRule expected, List<String> wrong) {
    if (COMPOSED_OF_PRODUCTS.contains(name) || COMPOSED_OF_NORMS.contains(name)) {
      return;
    }
    String ours = name.contains("upsample") ? "interpolate" : NAMES.getOrDefault(name, name);
    CastRule rule = CastRules.of(Device.Kind.CUDA, ours);
    if (rule != expected) {
      wrong.add(name + " is " + expected + " in PyTorch, " + ours + " is " + rule);
    }
  }
}
