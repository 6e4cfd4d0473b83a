package ai.cresset.hub;

import ai.cresset.checkpoint.ModuleCatalog;
import ai.cresset.checkpoint.ModuleRegistry;
import ai.cresset.model.CifarCnn;
import ai.cresset.model.ConvolutionalAutoencoder;
import ai.cresset.model.ConvolutionalDecoder;
import ai.cresset.model.ConvolutionalEncoder;
import ai.cresset.model.DeepFm;
import ai.cresset.model.Ensemble;
import ai.cresset.model.Forecaster;
import ai.cresset.model.ForecasterConfig;
import ai.cresset.model.GenerativeAdversarialNetwork;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptBlock;
import ai.cresset.model.GptConfig;
import ai.cresset.model.ImageCnn;
import ai.cresset.model.ImageCnnConfig;
import ai.cresset.model.ImageCoderConfig;
import ai.cresset.model.Mlp;
import ai.cresset.model.RankingConfig;
import ai.cresset.model.ResNet;
import ai.cresset.model.ResNetConfig;
import ai.cresset.model.SequenceToSequence;
import ai.cresset.model.SequenceToSequenceConfig;
import ai.cresset.model.SoundClassifier;
import ai.cresset.model.SoundClassifierConfig;
import ai.cresset.model.TableMlp;
import ai.cresset.model.TableMlpConfig;
import ai.cresset.model.TextClassifier;
import ai.cresset.model.TextClassifierConfig;
import ai.cresset.model.TextTransformer;
import ai.cresset.model.TextTransformerConfig;
import ai.cresset.model.TwoTower;
import ai.cresset.model.TwoTowerConfig;
import ai.cresset.model.VariationalAutoencoder;
import ai.cresset.model.WideAndDeep;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Placement;

/** The models of this library, so that files may hold them as a whole. */
public final class ModelCatalog implements ModuleCatalog {
  /** Made by Java's service loader. */
  public ModelCatalog() {}

  @Override
  public void register(ModuleRegistry registry) {
    registry
        .registerDescribed("Mlp", Mlp.class, s -> new Mlp(s.integers("sizes")))
        .registerDescribed(
            "CifarCnn",
            CifarCnn.class,
            s -> new CifarCnn(s.integer("classes"), s.integer("width"), Placement.DEFAULT))
        .registerDescribed(
            "ImageCnn",
            ImageCnn.class,
            s -> new ImageCnn(s.options("config", ImageCnnConfig.class)))
        .registerDescribed(
            "ConvolutionalEncoder",
            ConvolutionalEncoder.class,
            s ->
                new ConvolutionalEncoder(
                    s.options("config", ImageCoderConfig.class),
                    s.integer("outputs"),
                    Placement.DEFAULT))
        .registerDescribed(
            "ConvolutionalDecoder",
            ConvolutionalDecoder.class,
            s ->
                new ConvolutionalDecoder(
                    s.options("config", ImageCoderConfig.class), Placement.DEFAULT))
        .registerDescribed(
            "ConvolutionalAutoencoder",
            ConvolutionalAutoencoder.class,
            s -> new ConvolutionalAutoencoder(s.options("config", ImageCoderConfig.class)))
        .registerDescribed(
            "VariationalAutoencoder",
            VariationalAutoencoder.class,
            s -> new VariationalAutoencoder(s.options("config", ImageCoderConfig.class)))
        .registerDescribed(
            "GenerativeAdversarialNetwork",
            GenerativeAdversarialNetwork.class,
            s -> new GenerativeAdversarialNetwork(s.options("config", ImageCoderConfig.class)))
        .registerDescribed(
            "TableMlp",
            TableMlp.class,
            s -> new TableMlp(s.options("config", TableMlpConfig.class)))
        .registerDescribed(
            "ResNet", ResNet.class, s -> new ResNet(s.options("config", ResNetConfig.class)))
        .registerDescribed(
            "TextClassifier",
            TextClassifier.class,
            s -> new TextClassifier(s.options("config", TextClassifierConfig.class)))
        .registerDescribed(
            "TextTransformer",
            TextTransformer.class,
            s -> new TextTransformer(s.options("config", TextTransformerConfig.class)))
        .registerDescribed(
            "SequenceToSequence",
            SequenceToSequence.class,
            s -> new SequenceToSequence(s.options("config", SequenceToSequenceConfig.class)))
        .registerDescribed(
            "Forecaster",
            Forecaster.class,
            s -> new Forecaster(s.options("config", ForecasterConfig.class)))
        .registerDescribed(
            "SoundClassifier",
            SoundClassifier.class,
            s -> new SoundClassifier(s.options("config", SoundClassifierConfig.class)))
        .registerDescribed(
            "WideAndDeep",
            WideAndDeep.class,
            s ->
                new WideAndDeep(
                    s.modules("tables", Layer.class), s.options("config", RankingConfig.class)))
        .registerDescribed(
            "DeepFm",
            DeepFm.class,
            s ->
                new DeepFm(
                    s.modules("tables", Layer.class), s.options("config", RankingConfig.class)))
        .registerDescribed(
            "TwoTower",
            TwoTower.class,
            s ->
                new TwoTower(
                    s.modules("queryTables", Layer.class),
                    s.modules("itemTables", Layer.class),
                    s.options("config", TwoTowerConfig.class)))
        .registerDescribed("Gpt", Gpt.class, s -> new Gpt(s.options("config", GptConfig.class)))
        .registerDescribed(
            "GptBlock",
            GptBlock.class,
            s -> new GptBlock(s.options("config", GptConfig.class), Placement.DEFAULT))
        .registerDescribed(
            "Ensemble", Ensemble.class, s -> new Ensemble(s.modules("models", Layer.class)));
  }
}
