package ai.cresset.nn.attention;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Attentions;
import ai.cresset.nn.functional.Layers;
import ai.cresset.nn.init.Init;
import ai.cresset.nn.layer.Linear;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attention of queries to keys in several heads (Vaswani et al. 2017, {@code
 * torch.nn.MultiheadAttention}).
 *
 * <p>Queries {@code [queries, batch, width]}, keys {@code [keys, batch, keySize]}, values {@code
 * [keys, batch, valueSize]}; with {@link AttentionOptions#batchFirst()} the batch comes first; all
 * three may be without batch. Parameters: {@code in_proj_weight} {@code [3 * width, width]}, or for
 * keys or values of another size {@code q_proj_weight}, {@code k_proj_weight} and {@code
 * v_proj_weight}, Xavier-uniform; {@code in_proj_bias} {@code [3 * width]}, zeros; {@code
 * out_proj.weight} {@code [width, width]} and {@code out_proj.bias} {@code [width]}, zeros; where
 * wanted {@code bias_k} and {@code bias_v} {@code [1, 1, width]}, Xavier-normal.
 */
public final class MultiheadAttention extends Module {
  private final long width;
  private final long numHeads;
  private final AttentionOptions options;
  private final @Nullable Parameter joined;
  private final List<Parameter> separate;
  private final @Nullable Parameter bias;
  private final @Nullable Parameter keyBias;
  private final @Nullable Parameter valueBias;
  private final Linear outputProjection;

  public MultiheadAttention(long width, long numHeads) {
    this(width, numHeads, AttentionOptions.DEFAULT, Placement.DEFAULT);
  }

  /**
   * An attention.
   *
   * @param width a multiple of {@code numHeads}
   */
  public MultiheadAttention(
      long width, long numHeads, AttentionOptions options, Placement placement) {
    if (numHeads < 1 || width % numHeads != 0) {
      throw ConfigException.because(
          "attention: the width must be a multiple of the number of heads, got width "
              + width
              + " and "
              + numHeads
              + " heads");
    }
    this.width = width;
    this.numHeads = numHeads;
    this.options = options;
    long keySize = options.keySize() == 0 ? width : options.keySize();
    long valueSize = options.valueSize() == 0 ? width : options.valueSize();
    if (keySize == width && valueSize == width) {
      joined = xavier("in_proj_weight", placement.spec(3 * width, width));
      separate = List.of();
    } else {
      joined = null;
      separate =
          List.of(
              xavier("q_proj_weight", placement.spec(width, width)),
              xavier("k_proj_weight", placement.spec(width, keySize)),
              xavier("v_proj_weight", placement.spec(width, valueSize)));
    }
    bias =
        options.bias() ? parameter("in_proj_bias", Tensor.zeros(placement.spec(3 * width))) : null;
    keyBias = options.keyValueBias() ? drawn("bias_k", placement) : null;
    valueBias = options.keyValueBias() ? drawn("bias_v", placement) : null;
    outputProjection = child("out_proj", new Linear(width, width, options.bias(), placement));
    Parameter shift = outputProjection.bias();
    if (shift != null) {
      Init.zeros(shift);
    }
  }

  private Parameter xavier(String name, Spec spec) {
    Parameter weight = parameter(name, Tensor.empty(spec));
    Init.xavierUniform(weight, 1, Generator.current());
    return weight;
  }

  private Parameter drawn(String name, Placement placement) {
    Parameter made = parameter(name, Tensor.empty(placement.spec(1, 1, width)));
    Init.xavierNormal(made, 1, Generator.current());
    return made;
  }

  /** Attends without masks; gives the heads' average weights too. */
  public AttentionOutput call(Tensor query, Tensor key, Tensor value) {
    return call(query, key, value, AttentionMasks.NONE, AttentionWeights.AVERAGED);
  }

  /**
   * Attends.
   *
   * @param needWeights whether the heads' average weights are wanted, which rules out the fused
   *     kernel
   */
  public AttentionOutput call(
      Tensor query, Tensor key, Tensor value, AttentionMasks masks, boolean needWeights) {
    AttentionWeights wanted = needWeights ? AttentionWeights.AVERAGED : AttentionWeights.NONE;
    return call(query, key, value, masks, wanted);
  }

  /**
   * Attends.
   *
   * @param wanted which attention weights are given; any rule out the fused kernel
   */
  public AttentionOutput call(
      Tensor query, Tensor key, Tensor value, AttentionMasks masks, AttentionWeights wanted) {
    return scopedTree(() -> forward(query, key, value, masks, wanted));
  }

  private AttentionOutput forward(
      Tensor query, Tensor key, Tensor value, AttentionMasks masks, AttentionWeights wanted) {
    if (query.rank() == 2) {
      int batch = options.batchFirst() ? 0 : 1;
      boolean same = query == key;
      Tensor queries = query.unsqueeze(batch);
      Tensor keys = same ? queries : key.unsqueeze(batch);
      Tensor values = key == value ? keys : value.unsqueeze(batch);
      AttentionOutput found = batched(queries, keys, values, masks, wanted);
      Tensor weights = found.weights();
      return new AttentionOutput(
          found.output().squeeze(batch), weights == null ? null : weights.squeeze(0));
    }
    if (query.rank() != 3 || key.rank() != 3 || value.rank() != 3) {
      throw ShapeException.mismatch(
          "MultiheadAttention",
          "query, key and value of rank 3 (or all of rank 2, without batch)",
          query.shape() + ", " + key.shape() + " and " + value.shape());
    }
    return batched(query, key, value, masks, wanted);
  }

  private AttentionOutput batched(
      Tensor query, Tensor key, Tensor value, AttentionMasks masks, AttentionWeights wanted) {
    List<Tensor> projected = projected(query, key, value);
    Tensor queries = heads(projected.get(0));
    Tensor keys = zeroEnded(heads(biasEnded(projected.get(1), keyBias)));
    Tensor values = zeroEnded(heads(biasEnded(projected.get(2), valueBias)));
    int more = (keyBias == null ? 0 : 1) + (options.zeroAttention() ? 1 : 0);
    double dropout = isTraining() ? options.dropout() : 0;
    double scale = Attentions.scale(queries);
    Tensor mask = masks.withMoreKeys(more).merged(queries.size(0), numHeads, queries.dtype());
    Tensor mixed;
    Tensor shown = null;
    if (wanted != AttentionWeights.NONE) {
      Tensor weights = Attentions.weights(queries, keys, mask, false, scale);
      Tensor kept = Layers.dropout(weights, dropout, true);
      mixed = kept.matmul(values);
      shown = wanted == AttentionWeights.AVERAGED ? kept.mean(new int[] {1}, false) : kept;
    } else {
      mixed =
          Attentions.scaledDotProductAttention(
              queries, keys, values, mask, false, dropout, scale, false);
    }
    // [batch, heads, length, size] back to the input's order.
    Tensor ordered = options.batchFirst() ? mixed.transpose(1, 2) : mixed.permute(2, 0, 1, 3);
    return new AttentionOutput(outputProjection.call(ordered.flatten(2, 3)), shown);
  }

  /**
   * Queries, keys and values of {@code [.., .., width]}, in as few products as the inputs allow.
   */
  private List<Tensor> projected(Tensor query, Tensor key, Tensor value) {
    Tensor shift = bias == null ? null : value(bias);
    if (joined == null) {
      List<Tensor> weights = separate.stream().map(this::value).toList();
      return List.of(
          part(query, weights.get(0), shift, 0),
          part(key, weights.get(1), shift, 1),
          part(value, weights.get(2), shift, 2));
    }
    Tensor weight = value(joined);
    if (query == key && key == value) {
      return Layers.linear(query, weight, shift).split(width, -1);
    }
    List<Tensor> weights = weight.split(width, 0);
    return List.of(
        part(query, weights.get(0), shift, 0),
        part(key, weights.get(1), shift, 1),
        part(value, weights.get(2), shift, 2));
  }

  private Tensor part(Tensor input, Tensor weight, @Nullable Tensor shift, int number) {
    Tensor own = shift == null ? null : shift.narrow(0, number * width, width);
    return Layers.linear(input, weight, own);
  }

  /** Keys or values with the trained one behind them. */
  private Tensor biasEnded(Tensor x, @Nullable Parameter last) {
    if (last == null) {
      return x;
    }
    int batch = options.batchFirst() ? 0 : 1;
    long[] sizes = {1, 1, width};
    sizes[batch] = x.size(batch);
    return Functional.cat(List.of(x, value(last).expand(sizes)), 1 - batch);
  }

  /** Heads of keys or values with zeros behind them. */
  private Tensor zeroEnded(Tensor x) {
    if (!options.zeroAttention()) {
      return x;
    }
    Tensor zeros = Tensor.zeros(x.spec().withShape(x.shape().with(2, 1)));
    return Functional.cat(List.of(x, zeros), 2);
  }

  /** As {@code [batch, heads, length, size of a head]}. */
  private Tensor heads(Tensor x) {
    Tensor split = x.reshape(x.size(0), x.size(1), numHeads, width / numHeads);
    return options.batchFirst() ? split.transpose(1, 2) : split.permute(1, 2, 0, 3);
  }

  @Override
  protected String settings() {
    return width + ", " + numHeads + " heads";
  }

  @Override
  public void describe(ModuleDescription description) {
    description.integer("width", width).integer("numHeads", numHeads).options("options", options);
  }
}
