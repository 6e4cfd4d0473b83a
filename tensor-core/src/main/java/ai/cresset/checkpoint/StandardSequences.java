package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Placement;
import ai.cresset.nn.attention.AttentionOptions;
import ai.cresset.nn.attention.CausalSelfAttention;
import ai.cresset.nn.attention.MultiheadAttention;
import ai.cresset.nn.recurrent.Gru;
import ai.cresset.nn.recurrent.GruCell;
import ai.cresset.nn.recurrent.Lstm;
import ai.cresset.nn.recurrent.LstmCell;
import ai.cresset.nn.recurrent.Nonlinearity;
import ai.cresset.nn.recurrent.RecurrentOptions;
import ai.cresset.nn.recurrent.Rnn;
import ai.cresset.nn.recurrent.RnnCell;
import ai.cresset.nn.transformer.Transformer;
import ai.cresset.nn.transformer.TransformerDecoder;
import ai.cresset.nn.transformer.TransformerDecoderLayer;
import ai.cresset.nn.transformer.TransformerEncoder;
import ai.cresset.nn.transformer.TransformerEncoderLayer;
import ai.cresset.nn.transformer.TransformerOptions;

/** Recurrent layers, attention and Transformers in a registry. */
final class StandardSequences {
  private StandardSequences() {}

  static void register(ModuleRegistry registry) {
    recurrent(registry);
    attention(registry);
  }

  private static void recurrent(ModuleRegistry registry) {
    registry
        .registerDescribed(
            "RNN",
            Rnn.class,
            s ->
                new Rnn(
                    s.integer("inputSize"),
                    s.integer("hiddenSize"),
                    s.choice("nonlinearity", Nonlinearity.class),
                    unprojected(s),
                    Placement.DEFAULT))
        .registerDescribed(
            "GRU",
            Gru.class,
            s ->
                new Gru(
                    s.integer("inputSize"),
                    s.integer("hiddenSize"),
                    unprojected(s),
                    Placement.DEFAULT))
        .registerDescribed(
            "LSTM",
            Lstm.class,
            s ->
                new Lstm(
                    s.integer("inputSize"),
                    s.integer("hiddenSize"),
                    s.integer("projectionSize"),
                    s.options("options", RecurrentOptions.class),
                    Placement.DEFAULT))
        .registerDescribed(
            "RNNCell",
            RnnCell.class,
            s ->
                new RnnCell(
                    s.integer("inputSize"),
                    s.integer("hiddenSize"),
                    s.flag("bias"),
                    s.choice("nonlinearity", Nonlinearity.class),
                    Placement.DEFAULT))
        .registerDescribed(
            "GRUCell",
            GruCell.class,
            s ->
                new GruCell(
                    s.integer("inputSize"),
                    s.integer("hiddenSize"),
                    s.flag("bias"),
                    Placement.DEFAULT))
        .registerDescribed(
            "LSTMCell",
            LstmCell.class,
            s ->
                new LstmCell(
                    s.integer("inputSize"),
                    s.integer("hiddenSize"),
                    s.flag("bias"),
                    Placement.DEFAULT));
  }

  private static void attention(ModuleRegistry registry) {
    registry
        .registerDescribed(
            "CausalSelfAttention",
            CausalSelfAttention.class,
            s ->
                new CausalSelfAttention(
                    s.integer("width"),
                    s.integer("numHeads"),
                    s.number("dropout"),
                    s.flag("bias"),
                    Placement.DEFAULT))
        .registerDescribed(
            "MultiheadAttention",
            MultiheadAttention.class,
            s ->
                new MultiheadAttention(
                    s.integer("width"),
                    s.integer("numHeads"),
                    s.options("options", AttentionOptions.class),
                    Placement.DEFAULT))
        .registerDescribed(
            "TransformerEncoderLayer",
            TransformerEncoderLayer.class,
            s ->
                new TransformerEncoderLayer(
                    s.integer("width"),
                    s.integer("numHeads"),
                    s.options("options", TransformerOptions.class),
                    Placement.DEFAULT))
        .registerDescribed(
            "TransformerDecoderLayer",
            TransformerDecoderLayer.class,
            s ->
                new TransformerDecoderLayer(
                    s.integer("width"),
                    s.integer("numHeads"),
                    s.options("options", TransformerOptions.class),
                    Placement.DEFAULT))
        .registerDescribed(
            "TransformerEncoder",
            TransformerEncoder.class,
            s ->
                new TransformerEncoder(
                    s.modules("layers", TransformerEncoderLayer.class),
                    s.optionalModule("norm", Layer.class)))
        .registerDescribed(
            "TransformerDecoder",
            TransformerDecoder.class,
            s ->
                new TransformerDecoder(
                    s.modules("layers", TransformerDecoderLayer.class),
                    s.optionalModule("norm", Layer.class)))
        .registerDescribed(
            "Transformer",
            Transformer.class,
            s ->
                new Transformer(
                    s.integer("width"),
                    s.integer("numHeads"),
                    s.count("numEncoderLayers"),
                    s.count("numDecoderLayers"),
                    s.options("options", TransformerOptions.class),
                    Placement.DEFAULT));
  }

  private static RecurrentOptions unprojected(ModuleSettings s) {
    if (s.integer("projectionSize") != 0) {
      throw CheckpointException.because("only an LSTM has a projection");
    }
    return s.options("options", RecurrentOptions.class);
  }
}
