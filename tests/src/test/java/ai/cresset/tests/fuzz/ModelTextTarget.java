package ai.cresset.tests.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.cresset.checkpoint.ModelFile;
import ai.cresset.checkpoint.SafetensorsWriter;
import ai.cresset.nn.Module;
import ai.cresset.tensor.Tensor;
import java.io.IOException;
import java.util.Map;

/** Makes the model that the input describes, beside the tensors of a linear layer. */
public final class ModelTextTarget {
  private static final FuzzedReader READER = new FuzzedReader(".safetensors");

  private ModelTextTarget() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    String text = new String(input, UTF_8);
    READER.readFile(
        new byte[0],
        path -> {
          SafetensorsWriter.save(
              path,
              Map.of("0.weight", Tensor.ones(2, 3), "0.bias", Tensor.ones(2)),
              Map.of("cresset.model", text));
          ModelFile.load(path, Module.class).close();
        });
  }
}
