package ai.cresset.golden;

import ai.cresset.nn.attention.AttentionMasks;
import ai.cresset.nn.attention.AttentionOptions;
import ai.cresset.nn.attention.AttentionWeights;
import ai.cresset.nn.attention.MultiheadAttention;
import ai.cresset.nn.layer.Embedding;
import ai.cresset.nn.layer.EmbeddingBag;
import ai.cresset.nn.layer.EmbeddingOptions;
import ai.cresset.nn.norm.LayerNorm;
import ai.cresset.nn.recurrent.Gru;
import ai.cresset.nn.recurrent.Lstm;
import ai.cresset.nn.recurrent.PackedLstmOutput;
import ai.cresset.nn.recurrent.PackedRecurrentOutput;
import ai.cresset.nn.recurrent.PackedSequence;
import ai.cresset.nn.recurrent.Rnn;
import ai.cresset.nn.recurrent.Sequences;
import ai.cresset.nn.transformer.TransformerDecoder;
import ai.cresset.nn.transformer.TransformerDecoderLayer;
import ai.cresset.nn.transformer.TransformerEncoder;
import ai.cresset.nn.transformer.TransformerEncoderLayer;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** PyTorch's names of modules over sequences and tables, with their settings, as ours. */
final class GoldenSequenceTypes {
  private GoldenSequenceTypes() {}

  static void register() {
    packed();
    attention();
    stacks();
    tables();
  }

  /** How a padded sequence is packed for a call, and padded again. */
  private record Packing(Tensor lengths, boolean batchFirst, boolean enforceSorted) {
    static Packing of(GoldenConfig c) {
      long[] lengths = c.integers("lengths");
      return new Packing(
          Tensor.of(lengths, lengths.length),
          c.flag("batch_first", false),
          c.flag("enforce_sorted", true));
    }

    PackedSequence packed(Tensor padded) {
      return Sequences.packPaddedSequence(padded, lengths, batchFirst, enforceSorted);
    }

    Tensor padded(PackedSequence sequence) {
      return Sequences.padPackedSequence(sequence, batchFirst, 0, 0).data();
    }
  }

  private static void packed() {
    GoldenModuleTypes.ALL.put(
        "packed(nn.RNN)",
        c -> {
          Packing packing = Packing.of(c);
          Rnn rnn =
              new Rnn(
                  c.integer("input_size"),
                  c.integer("hidden_size"),
                  GoldenModuleTypes.nonlinearity(c),
                  GoldenModuleTypes.recurrent(c),
                  c.placement());
          return new GoldenModule(
              rnn,
              in -> {
                PackedRecurrentOutput found =
                    rnn.call(packing.packed(in.get(0)), GoldenModuleTypes.given(in, 1));
                return List.of(packing.padded(found.output()), found.hidden());
              });
        });
    GoldenModuleTypes.ALL.put(
        "packed(nn.GRU)",
        c -> {
          Packing packing = Packing.of(c);
          Gru gru =
              new Gru(
                  c.integer("input_size"),
                  c.integer("hidden_size"),
                  GoldenModuleTypes.recurrent(c),
                  c.placement());
          return new GoldenModule(
              gru,
              in -> {
                PackedRecurrentOutput found =
                    gru.call(packing.packed(in.get(0)), GoldenModuleTypes.given(in, 1));
                return List.of(packing.padded(found.output()), found.hidden());
              });
        });
    GoldenModuleTypes.ALL.put(
        "packed(nn.LSTM)",
        c -> {
          Packing packing = Packing.of(c);
          Lstm lstm =
              new Lstm(
                  c.integer("input_size"),
                  c.integer("hidden_size"),
                  c.integer("proj_size", 0),
                  GoldenModuleTypes.recurrent(c),
                  c.placement());
          return new GoldenModule(
              lstm,
              in -> {
                PackedLstmOutput found =
                    lstm.call(
                        packing.packed(in.get(0)),
                        GoldenModuleTypes.given(in, 1),
                        GoldenModuleTypes.given(in, 2));
                return List.of(packing.padded(found.output()), found.hidden(), found.cell());
              });
        });
  }

  private static MultiheadAttention multihead(GoldenConfig c) {
    AttentionOptions options =
        new AttentionOptions(
            c.number("dropout", 0),
            c.flag("bias", true),
            c.flag("batch_first", false),
            c.integer("kdim", 0),
            c.integer("vdim", 0),
            c.flag("add_bias_kv", false),
            c.flag("add_zero_attn", false));
    return new MultiheadAttention(
        c.integer("embed_dim"), c.integer("num_heads"), options, c.placement());
  }

  private static void attention() {
    GoldenModuleTypes.ALL.put(
        "nn.MultiheadAttention",
        c -> {
          MultiheadAttention attention = multihead(c);
          AttentionWeights wanted =
              AttentionWeights.valueOf(c.text("weights", "averaged").toUpperCase(Locale.ROOT));
          return GoldenModule.tree(
              attention,
              in ->
                  attention.call(
                      in.get(0),
                      Objects.requireNonNullElse(GoldenModuleTypes.given(in, 1), in.get(0)),
                      Objects.requireNonNullElse(GoldenModuleTypes.given(in, 2), in.get(0)),
                      AttentionMasks.NONE,
                      wanted));
        });
    GoldenModuleTypes.ALL.put(
        "masked(nn.MultiheadAttention)",
        c -> {
          MultiheadAttention attention = multihead(c);
          return GoldenModule.tree(
              attention,
              in ->
                  attention.call(
                      in.get(0),
                      in.get(1),
                      in.get(2),
                      new AttentionMasks(in.get(3), in.get(4)),
                      true));
        });
  }

  private static @Nullable LayerNorm norm(GoldenConfig c) {
    return c.flag("norm", false) ? new LayerNorm(c.integer("d_model"), true, c.placement()) : null;
  }

  private static void stacks() {
    GoldenModuleTypes.ALL.put(
        "nn.TransformerEncoder",
        c -> {
          List<TransformerEncoderLayer> layers = new ArrayList<>();
          for (int i = 0; i < c.integer("num_layers"); i++) {
            layers.add(
                new TransformerEncoderLayer(
                    c.integer("d_model"),
                    c.integer("nhead"),
                    GoldenModuleTypes.transformer(c),
                    c.placement()));
          }
          TransformerEncoder encoder = new TransformerEncoder(layers, norm(c));
          return GoldenModule.of(encoder, in -> encoder.call(in.get(0)));
        });
    GoldenModuleTypes.ALL.put(
        "nn.TransformerDecoder",
        c -> {
          List<TransformerDecoderLayer> layers = new ArrayList<>();
          for (int i = 0; i < c.integer("num_layers"); i++) {
            layers.add(
                new TransformerDecoderLayer(
                    c.integer("d_model"),
                    c.integer("nhead"),
                    GoldenModuleTypes.transformer(c),
                    c.placement()));
          }
          TransformerDecoder decoder = new TransformerDecoder(layers, norm(c));
          return GoldenModule.of(decoder, in -> decoder.call(in.get(0), in.get(1)));
        });
  }

  private static EmbeddingOptions table(GoldenConfig c) {
    EmbeddingOptions options =
        EmbeddingOptions.DEFAULT
            .withNormType(c.number("norm_type", 2))
            .withScaleGradByFrequency(c.flag("scale_grad_by_freq", false));
    if (c.has("padding_idx")) {
      options = options.withPaddingIdx(c.integer("padding_idx"));
    }
    Double norm = c.optional("max_norm", null);
    return norm == null ? options : options.withMaxNorm(norm);
  }

  private static void tables() {
    GoldenModuleTypes.ALL.put(
        "nn.Embedding",
        c ->
            GoldenModule.of(
                new Embedding(
                    c.integer("num_embeddings"),
                    c.integer("embedding_dim"),
                    table(c),
                    c.placement())));
    GoldenModuleTypes.ALL.put(
        "nn.EmbeddingBag",
        c -> {
          EmbeddingBag bag =
              new EmbeddingBag(
                  c.integer("num_embeddings"),
                  c.integer("embedding_dim"),
                  ai.cresset.tensor.EmbeddingBag.valueOf(
                      c.text("mode", "mean").toUpperCase(Locale.ROOT)),
                  table(c),
                  c.flag("include_last_offset", false),
                  c.placement());
          return GoldenModule.of(
              bag,
              in ->
                  bag.call(
                      in.get(0), GoldenModuleTypes.given(in, 1), GoldenModuleTypes.given(in, 2)));
        });
  }
}
