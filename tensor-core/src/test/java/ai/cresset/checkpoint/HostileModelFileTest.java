package ai.cresset.checkpoint;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CheckpointException;
import ai.cresset.memory.Allocator;
import ai.cresset.model.SequenceToSequence;
import ai.cresset.model.SequenceToSequenceConfig;
import ai.cresset.nn.Module;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.attention.MultiheadAttention;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.loss.CrossEntropyLoss;
import ai.cresset.nn.recurrent.Rnn;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Files of a whole model that were damaged, or written to harm their reader. */
@ExtendWith(LeakCheck.class)
@NullUnmarked
class HostileModelFileTest {
  @TempDir Path folder;

  private String refused(String description, Map<String, Tensor> tensors) {
    Path path = folder.resolve("hostile.safetensors");
    SafetensorsWriter.save(path, tensors, Map.of(ModelFile.KEY, description));
    long before = Allocator.current().statistics().allocatedBytes();
    String message =
        Refused.message(CheckpointException.class, () -> ModelFile.load(path, Module.class));
    long more = Allocator.current().statistics().allocatedBytes() - before;
    assertTrue(more < 1 << 20, "it took " + more + " bytes before it said " + message);
    assertTrue(message.contains("hostile.safetensors") || message.contains("setting"), message);
    return message;
  }

  private String refused(String type, String settings) {
    return refused(
        "{\"format\":1,\"model\":{\"id\":1,\"type\":\""
            + type
            + "\",\"settings\":"
            + settings
            + "},\"training\":true}",
        Map.of("weight", Tensor.ones(2, 2)));
  }

  private static void says(String message, String part) {
    assertTrue(message.contains(part), message);
  }

  @Test
  void sizesThatNoTensorExplainsAreNotAllocated() {
    String memory = "asks for more memory than all tensors of the file together explain";
    says(
        refused(
            "Linear",
            "{\"inFeatures\":1000000,\"outFeatures\":1000000,\"bias\":true,\"tied\":null}"),
        memory);
    says(refused("Mlp", "{\"sizes\":[3,100000000,3]}"), memory);
    says(
        refused(
            "CrossEntropyLoss", "{\"ignoreIndex\":0,\"labelSmoothing\":0,\"weight\":[9000000000]}"),
        memory);
    says(refused("ParameterList", "{\"parameters\":[[2,2],[30000,30000]]}"), memory);
    // Many layers of next to nothing.
    says(
        refused(
            "RNN",
            "{\"inputSize\":1,\"hiddenSize\":1,\"projectionSize\":0,\"nonlinearity\":\"TANH\",\"options\":"
                + "{\"numLayers\":2000000000,\"bias\":true,\"batchFirst\":false,\"dropout\":0.0,\"bidirectional\":false}}"),
        memory);
    says(
        refused(
            "SequenceToSequence",
            "{\"config\":{\"sourceVocabulary\":2,\"targetVocabulary\":2,\"width\":2,\"numHeads\":1,"
                + "\"numEncoderLayers\":1,\"numDecoderLayers\":1,\"feedForwardWidth\":1,\"dropout\":0.0,"
                + "\"maxLength\":1000000000,\"paddingIndex\":0}}"),
        memory);
  }

  @Test
  void settingsAreChecked() {
    String linear = "{\"inFeatures\":%s,\"outFeatures\":2,\"bias\":false,\"tied\":null}";
    says(refused("Linear", linear.formatted("\"2\"")), "expected an integer, got \"2\"");
    says(refused("Linear", linear.formatted("2.5")), "expected an integer, got 2.5");
    says(refused("Linear", linear.formatted("-2")), "a Linear cannot be made of its settings");
    says(refused("Linear", linear.formatted("9223372036854775807")), "hostile.safetensors");
    says(refused("Linear", linear.formatted("null")), "expected an integer, got null");
    says(refused("Linear", "{\"outFeatures\":2}"), "a Linear has no setting 'inFeatures'");
    says(refused("Linear", "[]"), "the settings of a Linear are ARRAY");
    says(refused("ReLU", "{\"alpha\":1}"), "a ReLU does not know the settings [alpha]");
    says(refused("GELU", "{\"approximate\":\"SINE\"}"), "expected one of [");
    says(refused("Dropout", "{\"probability\":7.0}"), "a probability in [0, 1]");
    says(
        refused("Embedding", "{\"numEmbeddings\":2,\"features\":2,\"options\":{\"normType\":2.0}}"),
        "'options' of a Embedding does not fit");
    says(refused("java.lang.Runtime", "{}"), "which is not registered; there are [Sequential,");
    says(
        refused(
            "Sequential",
            "{\"layers\":[{\"id\":2,\"type\":\"CTCLoss\",\"settings\":{\"blank\":0,\"zeroInfinity\":false}}]}"),
        "it has a CtcLoss where a Layer belongs");
    says(refused("Sequential", "{\"layers\":[{\"shared\":7}]}"), "there is no module 7 to share");
    says(refused("Sequential", "{\"layers\":[{\"shared\":1}]}"), "there is no module 1 to share");
    says(
        refused("Sequential", "{\"layers\":[{\"id\":1,\"type\":\"ReLU\",\"settings\":{}}]}"),
        "has the number 1");
  }

  @Test
  void depthAndLengthAreBounded() {
    String open = "{\"id\":1,\"type\":\"Sequential\",\"settings\":{\"layers\":[";
    String text = "{\"format\":1,\"model\":" + open.repeat(3_000) + "]}}".repeat(3_000) + "}";
    refused(text, Map.of("weight", Tensor.ones(1)));
    refused(" ".repeat(ModelMaker.MOST_CHARACTERS + 1), Map.of("weight", Tensor.ones(1)));
    refused("", Map.of("weight", Tensor.ones(1)));
    refused("{}", Map.of("weight", Tensor.ones(1)));
    refused("{\"format\":2}", Map.of("weight", Tensor.ones(1)));
    refused("null", Map.of("weight", Tensor.ones(1)));
  }

  @Test
  void tensorsMustBeThoseOfTheModel() {
    Path path = folder.resolve("model.safetensors");
    try (Linear model = new Linear(2, 2)) {
      ModelFile.save(path, model);
    }
    String description;
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      description = file.metadata().get(ModelFile.KEY);
    }
    says(
        refusedTensors(description, Map.of("weight", Tensor.ones(2, 3), "extra", Tensor.ones(1))),
        "missing (the model has them, the state does not): bias");
    says(
        refusedTensors(
            description,
            Map.of("weight", Tensor.ones(2, 3), "bias", Tensor.of(new long[] {1, 2}, 2))),
        "bias (expected float32[2]");
  }

  private String refusedTensors(String description, Map<String, Tensor> tensors) {
    Path path = folder.resolve("hostile.safetensors");
    SafetensorsWriter.save(path, tensors, Map.of(ModelFile.KEY, description));
    return Refused.message(CheckpointException.class, () -> ModelFile.load(path, Module.class));
  }

  /** Whatever is changed in the description, the reader makes a model or says what is wrong. */
  @Test
  void anyDamageIsAnErrorOfTheFile() throws IOException {
    long seed = 20_260_731;
    Random random = new Random(seed);
    Path path = folder.resolve("fuzzed.safetensors");
    List<Module> models =
        List.of(
            new Sequential(new Linear(3, 2), new Relu(), new Linear(2, 2)),
            new MultiheadAttention(4, 2),
            new Rnn(2, 3),
            new CrossEntropyLoss(1, 0.1, Tensor.ones(3)),
            new SequenceToSequence(
                SequenceToSequenceConfig.of(5, 6).withSizes(4, 2, 1).withMaxLength(4)));
    for (Module model : models) {
      try (model) {
        ModelFile.save(path, model);
        byte[] bytes = Files.readAllBytes(path);
        int header = bytes[0] & 0xff | (bytes[1] & 0xff) << 8 | (bytes[2] & 0xff) << 16;
        int from =
            8 + new String(bytes, 8, header, StandardCharsets.ISO_8859_1).indexOf("cresset.model");
        for (int i = 0; i < 300; i++) {
          byte[] damaged = bytes.clone();
          for (int change = random.nextInt(3); change >= 0; change--) {
            int at = from + random.nextInt(8 + header - from);
            damaged[at] =
                random.nextBoolean()
                    ? (byte) "0123456789-.[]{}\",:eEnulltrue".charAt(random.nextInt(29))
                    : damaged[from + random.nextInt(8 + header - from)];
          }
          Files.write(path, damaged);
          try {
            ModelFile.load(path, Module.class).close();
          } catch (CheckpointException e) {
            // What it says is the file's fault.
          } catch (RuntimeException | Error e) {
            throw new AssertionError("seed " + seed + ", change " + i + " of " + model, e);
          }
        }
      }
    }
  }
}
