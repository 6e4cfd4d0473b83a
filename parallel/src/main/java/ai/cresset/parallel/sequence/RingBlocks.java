package ai.cresset.parallel.sequence;

import ai.cresset.backend.FusedAttention;
import ai.cresset.nn.functional.Layers;
import ai.cresset.nn.functional.TensorPart;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.Optional;

/**
 * Attention of one block of queries to one block of keys, by the backend's fused kernel where there
 * is one and nothing is dropped, otherwise with the matrix of scores of the block. Sums are kept in
 * float32, or float64 for tensors of that type.
 *
 * @param scale what scores are multiplied by
 * @param dropout probability of dropping a weight
 * @param key where the random numbers of all weights of all ranks begin
 */
record RingBlocks(double scale, double dropout, Generator.Key key) {
  /**
   * What a block gives.
   *
   * @param output {@code [batch, heads, queries, size]}
   * @param logSumExp of the scores, {@code [batch, heads, queries]}
   */
  record Result(Tensor output, Tensor logSumExp) {}

  /** Gradients of a block. */
  record Gradients(Tensor query, Tensor key, Tensor value) {}

  /** The type in which sums are kept. */
  static DType wide(Tensor tensor) {
    return tensor.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
  }

  /**
   * The block's own softmax and its average of values.
   *
   * @param part which of the weights of all ranks the block has
   */
  Result forward(Tensor query, Tensor keys, Tensor values, boolean causal, TensorPart part) {
    Optional<FusedAttention> kernel = kernel(query);
    if (kernel.isEmpty()) {
      Tensor scores = scores(query, keys, causal);
      Tensor logSumExp = scores.logSumExp(new int[] {-1}, false);
      Tensor weights = scores.sub(logSumExp.unsqueeze(-1)).exp();
      return new Result(dropped(weights, part).matmul(values.to(wide(values))), logSumExp);
    }
    Tensor output = Tensor.empty(query.spec().withShape(query.shape().with(3, values.size(3))));
    Tensor logSumExp =
        Tensor.empty(query.spec().withShape(query.shape().without(3)).withDType(wide(query)));
    kernel
        .get()
        .attention(
            query.materialize(),
            keys.materialize(),
            values.materialize(),
            causal,
            scale,
            output.materialize(),
            logSumExp.materialize());
    return new Result(output.to(wide(output)), logSumExp);
  }

  /**
   * The block's part of the gradients.
   *
   * @param gradient of the output over all blocks
   * @param output over all blocks
   * @param logSumExp over all blocks
   * @param part which of the weights of all ranks the block has
   */
  Gradients backward(
      Tensor gradient,
      Tensor query,
      Tensor keys,
      Tensor values,
      Tensor output,
      Tensor logSumExp,
      boolean causal,
      TensorPart part) {
    Optional<FusedAttention> kernel = kernel(query);
    if (kernel.isEmpty()) {
      DType wide = wide(query);
      Tensor given = gradient.to(wide);
      Tensor weights = scores(query, keys, causal).sub(logSumExp.unsqueeze(-1)).exp();
      Tensor toValues = dropped(weights, part).transpose(2, 3).matmul(given);
      Tensor toWeights = dropped(given.matmul(values.to(wide).transpose(2, 3)), part);
      Tensor mean = given.mul(output.to(wide)).sum(new int[] {3}, true);
      Tensor toScores = weights.mul(toWeights.sub(mean)).mul(scale);
      return new Gradients(
          toScores.matmul(keys.to(wide)),
          toScores.transpose(2, 3).matmul(query.to(wide)),
          toValues);
    }
    Tensor toQuery = Tensor.empty(query.spec());
    Tensor toKeys = Tensor.empty(keys.spec());
    Tensor toValues = Tensor.empty(values.spec());
    kernel
        .get()
        .attentionBackward(
            gradient.materialize(),
            query.materialize(),
            keys.materialize(),
            values.materialize(),
            output.materialize(),
            logSumExp.contiguous().materialize(),
            causal,
            scale,
            toQuery.materialize(),
            toKeys.materialize(),
            toValues.materialize());
    return new Gradients(toQuery, toKeys, toValues);
  }

  private Optional<FusedAttention> kernel(Tensor query) {
    return dropout > 0 ? Optional.empty() : query.backend().capability(FusedAttention.class);
  }

  private Tensor scores(Tensor query, Tensor keys, boolean causal) {
    DType wide = wide(query);
    Tensor scores = query.to(wide).mul(scale).matmul(keys.to(wide).transpose(2, 3));
    if (!causal) {
      return scores;
    }
    Tensor future = Creation.upperTriangle(scores.size(2), scores.size(3), 1, scores.device());
    return scores.maskedFill(future, Double.NEGATIVE_INFINITY);
  }

  /** As one process decides for the whole matrix, the same in forward and backward. */
  private Tensor dropped(Tensor weights, TensorPart part) {
    return dropout == 0 ? weights : Layers.dropout(weights, dropout, part, key);
  }
}
