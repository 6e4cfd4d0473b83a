package ai.cresset.data.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** The cases of {@code tests/peers/golden_transforms.py}. */
@NullUnmarked
class TorchvisionCasesTest {
  /** Elements of a case that may round to another neighbour. */
  private static final int MOST_TIES = 2;

  @Test
  void transformsGiveTorchvisionsElements() throws IOException {
    List<String> wrong = new ArrayList<>();
    int cases = 0;
    try (InputStream in = getClass().getResourceAsStream("/golden/transforms.json")) {
      for (JsonNode each : new ObjectMapper().readTree(in)) {
        cases++;
        try (Scope scope = Scope.open("case")) {
          String difference = difference(each);
          if (!difference.isEmpty()) {
            wrong.add(
                each.get("op") + " " + each.get("dtype") + each.get("parameters") + difference);
          }
        }
      }
    }
    assertEquals(107, cases);
    assertTrue(wrong.isEmpty(), String.join("\n", wrong));
  }

  private static String difference(JsonNode each) {
    boolean bytes = each.get("dtype").asText().equals("uint8");
    Tensor input = tensor(each.get("input"), each.get("shape"));
    Tensor image = bytes ? input.to(DType.UINT8) : input;
    Tensor result = result(each.get("op").asText(), each.get("parameters"), image);
    Tensor expected = tensor(each.get("result"), each.get("resultShape"));
    if (!result.shape().equals(expected.shape())) {
      return ": shape " + result.shape() + ", expected " + expected.shape();
    }
    float[] got = result.to(DType.FLOAT32).toFloatArray();
    float[] wanted = expected.toFloatArray();
    String mode = each.get("parameters").path("mode").asText();
    // PyTorch weighs bytes with 16 bits, and cubes have weights below 0 and above 1.
    int ofBytes = mode.equals("BICUBIC") ? 2 : 1;
    int off = 0;
    double most = 0;
    for (int i = 0; i < got.length; i++) {
      double distance = Math.abs(got[i] - wanted[i]);
      most = Math.max(most, distance);
      off += distance > (result.dtype() == DType.UINT8 ? ofBytes : 2e-5) ? 1 : 0;
    }
    return off > (mode.equals("NEAREST") ? MOST_TIES : 0)
        ? ": " + off + " elements differ, by up to " + most
        : "";
  }

  private static Tensor tensor(JsonNode values, JsonNode shape) {
    float[] numbers = new float[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) values.get(i).asDouble();
    }
    return Tensor.of(numbers, shape.get(0).asInt(), shape.get(1).asInt(), shape.get(2).asInt());
  }

  private static Tensor result(String op, JsonNode with, Tensor image) {
    Draws draws = new Draws(1, 0, 0);
    double factor = with.path("factor").asDouble();
    Interpolation mode = Interpolation.BILINEAR;
    if (with.has("mode") && !op.equals("pad")) {
      mode = Interpolation.valueOf(with.get("mode").asText());
    }
    int height = with.path("height").asInt();
    int width = with.path("width").asInt();
    Range one = new Range(1, 1);
    Range none = new Range(0, 0);
    Range exactly = new Range(factor, factor);
    double degrees = with.path("degrees").asDouble();
    double fill = with.path("fill").asDouble();
    return switch (op) {
      case "resize" ->
          new Resize(height, width, 0, mode, with.get("antialias").asBoolean()).apply(image, draws);
      case "shorter" -> new Resize(with.get("side").asInt()).apply(image, draws);
      case "center" -> new CenterCrop(height, width).apply(image, draws);
      case "pad" ->
          new Pad(
                  with.get("left").asInt(),
                  with.get("top").asInt(),
                  with.get("right").asInt(),
                  with.get("bottom").asInt(),
                  fill,
                  PaddingMode.valueOf(with.get("mode").asText()))
              .apply(image, draws);
      case "hflip" -> new RandomHorizontalFlip(1).apply(image, draws);
      case "vflip" -> new RandomVerticalFlip(1).apply(image, draws);
      case "gray" -> new Grayscale(with.get("channels").asInt()).apply(image, draws);
      case "brightness" -> new ColorJitter(exactly, one, one, none).apply(image, draws);
      case "contrast" -> new ColorJitter(one, exactly, one, none).apply(image, draws);
      case "saturation" -> new ColorJitter(one, one, exactly, none).apply(image, draws);
      case "hue" -> new ColorJitter(one, one, one, exactly).apply(image, draws);
      case "rotate" ->
          new RandomRotation(
                  new Range(degrees, degrees), mode, with.get("expand").asBoolean(), fill)
              .apply(image, draws);
      case "affine" -> {
        Affine inverse =
            Affine.inverse(
                degrees,
                with.get("right").asDouble(),
                with.get("down").asDouble(),
                with.get("scale").asDouble(),
                with.get("shearX").asDouble(),
                with.get("shearY").asDouble());
        Pixels pixels = Pixels.of("affine", image);
        yield inverse
            .apply(pixels, pixels.height(), pixels.width(), mode == Interpolation.BILINEAR, 0)
            .tensor();
      }
      case "normalize" -> new Compose(new ToTensor(), Normalize.IMAGENET).apply(image, draws);
      default -> throw new IllegalStateException(op);
    };
  }
}
