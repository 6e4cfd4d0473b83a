package ai.cresset.parallel.tensor;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.attention.CausalSelfAttention;
import ai.cresset.nn.functional.TensorPart;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Embedding;
import ai.cresset.nn.layer.EmbeddingOptions;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.loss.CrossEntropyLoss;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.tensor.TensorStyle.Column;
import ai.cresset.parallel.tensor.TensorStyle.Divided;
import ai.cresset.parallel.tensor.TensorStyle.Heads;
import ai.cresset.parallel.tensor.TensorStyle.Positions;
import ai.cresset.parallel.tensor.TensorStyle.Row;
import ai.cresset.parallel.tensor.TensorStyle.Same;
import ai.cresset.parallel.tensor.TensorStyle.Scores;
import ai.cresset.parallel.tensor.TensorStyle.SharedClasses;
import ai.cresset.parallel.tensor.TensorStyle.Vocabulary;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.HookHandle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes modules compute a rank's share, by hooks. */
final class ModuleDivision {
  /** Of {@code [batch, length, features]}. */
  private static final int POSITIONS = 1;

  private final boolean sequence;
  private final ProcessGroup group;
  private final ParameterCut cut;
  private final WholeScores scores;
  private final Set<Parameter> partial = Collections.newSetFromMap(new IdentityHashMap<>());
  private long vocabulary;

  ModuleDivision(boolean sequence, ProcessGroup group, ParameterCut cut, WholeScores scores) {
    this.sequence = sequence;
    this.group = group;
    this.cut = cut;
    this.scores = scores;
  }

  /** Whether each rank computes a part of a parameter's gradient. */
  boolean hasPartialGradient(Parameter parameter) {
    return partial.contains(parameter);
  }

  // ---- which parameters are cut ----

  /** Says how the parameters of a module are to be cut; changes nothing. */
  void plan(String name, Module module, TensorStyle style) {
    if (style instanceof Column column) {
      columns(linear(name, module, style), column.sections());
    } else if (style instanceof Row) {
      columnsOfInput(linear(name, module, style));
    } else if (style instanceof Divided) {
      expect(Dropout.class, name, module, style);
    } else if (style instanceof Heads) {
      CausalSelfAttention attention = expect(CausalSelfAttention.class, name, module, style);
      if (attention.numHeads() % cut.ranks() != 0) {
        throw ConfigException.because(
            "tensor parallelism: the "
                + attention.numHeads()
                + " heads of '"
                + name
                + "' cannot be divided evenly by parallel.tensor = "
                + cut.ranks()
                + "; change the number of heads or of ranks");
      }
      columns(attention.inputProjection(), 3);
      columnsOfInput(attention.outputProjection());
    } else if (style instanceof Vocabulary) {
      Embedding embedding = expect(Embedding.class, name, module, style);
      if (!embedding.options().equals(EmbeddingOptions.DEFAULT)) {
        throw ConfigException.because(
            "tensor parallelism: the embedding '"
                + name
                + "' has "
                + embedding.options()
                + ", which ranks that share its rows cannot do; leave it whole (style Same)");
      }
      cut.rows(embedding.weight());
    } else if (style instanceof Scores) {
      Linear head = linear(name, module, style);
      vocabulary = head.weight().size(0);
      cut.rows(head.weight());
      Parameter bias = head.bias();
      if (bias != null) {
        cut.rows(bias);
      }
    } else if (style instanceof SharedClasses) {
      expect(CrossEntropyLoss.class, name, module, style);
    } else if (style instanceof Positions) {
      expect(Embedding.class, name, module, style);
    }
  }

  private void columns(Linear layer, int sections) {
    cut.even(layer.weight(), 0, sections);
    Parameter bias = layer.bias();
    if (bias != null) {
      cut.even(bias, 0, sections);
    }
  }

  private void columnsOfInput(Linear layer) {
    cut.even(layer.weight(), 1, 1);
  }

  private static Linear linear(String name, Module module, TensorStyle style) {
    return expect(Linear.class, name, module, style);
  }

  private static <M extends Module> M expect(
      Class<M> type, String name, Module module, TensorStyle style) {
    if (!type.isInstance(module)) {
      throw ConfigException.because(
          "tensor plan: the style "
              + style.getClass().getSimpleName()
              + " is for "
              + type.getSimpleName()
              + ", but '"
              + name
              + "' is "
              + module.getClass().getSimpleName());
    }
    return type.cast(module);
  }

  // ---- what modules do ----

  /** Installs the hooks of a module; its parameters are cut already. */
  List<HookHandle> divide(Module module, TensorStyle style) {
    List<HookHandle> hooks = new ArrayList<>();
    if (style instanceof Column && module instanceof Linear layer) {
      hooks.add(layer.registerForwardPreHook((owner, inputs) -> enter(inputs)));
    } else if (style instanceof Row && module instanceof Linear layer) {
      hooks.add(leave(layer));
    } else if (style instanceof Divided && module instanceof Dropout dropout) {
      hooks.add(dropout.partOf(this::partOfFeatures));
    } else if (style instanceof Heads && module instanceof CausalSelfAttention attention) {
      long first = attention.numHeads() / group.size() * group.rank();
      hooks.add(attention.inputProjection().registerForwardPreHook((owner, in) -> enter(in)));
      hooks.add(leave(attention.outputProjection()));
      hooks.add(attention.holdHeads(first));
      hooks.addAll(same(attention.outputDropout()));
    } else if (style instanceof Vocabulary && module instanceof Embedding embedding) {
      hooks.add(lookUp(embedding));
    } else if (style instanceof Scores && module instanceof Linear head) {
      hooks.add(head.registerForwardPreHook((owner, inputs) -> enter(inputs)));
      hooks.add(
          head.registerForwardHook(
              (owner, inputs, outputs) -> scores.of(outputs.get(0), vocabulary)));
    } else if (style instanceof SharedClasses && module instanceof CrossEntropyLoss loss) {
      hooks.add(
          loss.computeWith(
              (logits, targets, ignored, smoothing) ->
                  new VocabularyCrossEntropy(vocabulary(logits), ignored, smoothing, group)
                      .loss(logits, targets)));
    } else if (style instanceof Same) {
      hooks.addAll(same(module));
    } else if (style instanceof Positions && sequence) {
      partial.addAll(module.parameters());
      hooks.add(module.registerForwardPreHook((owner, inputs) -> partOfNumbers(inputs)));
    }
    return hooks;
  }

  private long vocabulary(Tensor logits) {
    return vocabulary > 0 ? vocabulary : logits.size(1) * group.size();
  }

  /** Each rank goes on with all positions, for a share of the outputs. */
  private List<Tensor> enter(List<Tensor> inputs) {
    Tensor input = inputs.get(0);
    return List.of(
        sequence
            ? ConjugateFunction.gatherForShares(input, POSITIONS, group)
            : ConjugateFunction.copy(input, group));
  }

  private HookHandle leave(Linear layer) {
    Parameter bias = layer.bias();
    if (sequence && bias != null) {
      partial.add(bias);
    }
    return layer.beforeBias(this::together);
  }

  private Tensor together(Tensor share) {
    if (!sequence) {
      return ConjugateFunction.reduce(share, group);
    }
    if (share.size(POSITIONS) % group.size() != 0) {
      throw ShapeException.mismatch(
          "sequence parallelism",
          "a length that is a multiple of parallel.tensor = " + group.size(),
          share.shape());
    }
    return ConjugateFunction.reduceScatter(share, POSITIONS, group);
  }

  private HookHandle lookUp(Embedding embedding) {
    ShardRange range = ShardRange.of(cut.globalRows(embedding.weight()), group);
    return embedding.runForward(
        (owner, inputs, forward) -> {
          Tensor numbers = inputs.get(0);
          Tensor outside = range.outside(numbers);
          Tensor own = numbers.sub(range.start()).maskedFill(outside, 0);
          Tensor rows = forward.apply(List.of(own));
          return together(rows.maskedFill(outside.unsqueeze(-1), 0));
        });
  }

  private List<HookHandle> same(Module module) {
    if (!sequence) {
      return List.of();
    }
    partial.addAll(module.parameters());
    List<HookHandle> hooks = new ArrayList<>();
    for (Module each : module.namedModules().values()) {
      if (each instanceof Dropout dropout) {
        hooks.add(dropout.partOf(this::partOfPositions));
      }
    }
    return hooks;
  }

  private TensorPart partOfPositions(TensorPart part) {
    long mine = part.whole().size(POSITIONS);
    return part.within(POSITIONS, mine * group.size(), mine * group.rank());
  }

  private TensorPart partOfFeatures(TensorPart part) {
    int last = part.whole().rank() - 1;
    long mine = part.whole().size(last);
    return part.within(last, mine * group.size(), mine * group.rank());
  }

  private @Nullable List<Tensor> partOfNumbers(List<Tensor> inputs) {
    return List.of(RankTensors.split(inputs.get(0), 0, group.size(), group.rank()));
  }
}
