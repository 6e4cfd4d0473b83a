package ai.cresset.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.golden.GoldenFile;
import ai.cresset.type.DType;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tensors print as in PyTorch, to the character. */
@ExtendWith(LeakCheck.class)
class PrintTest {
  @TestFactory
  List<DynamicTest> everyTensorPrintsAsInPyTorch() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode each : GoldenFile.json("printed.json")) {
      String text = each.get("text").asText();
      tests.add(
          DynamicTest.dynamicTest(
              each.get("name").asText(), () -> assertEquals(text, tensor(each).toString())));
    }
    return tests;
  }

  private static Tensor tensor(JsonNode each) {
    JsonNode sizes = each.get("shape");
    long[] shape = new long[sizes.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = sizes.get(i).asLong();
    }
    DType dtype = DType.valueOf(each.get("dtype").asText());
    Tensor values = values(each, dtype).to(dtype).reshape(shape);
    Tensor tensor = values.requiresGrad(each.get("grad").asBoolean());
    return each.get("square").asBoolean() ? tensor.mul(tensor) : tensor;
  }

  private static Tensor values(JsonNode each, DType dtype) {
    long count = 1;
    for (JsonNode size : each.get("shape")) {
      count *= size.asLong();
    }
    switch (each.get("rule").asText()) {
      case "arange" -> {
        return Tensor.arange(count);
      }
      case "sevenths" -> {
        return Tensor.arange(count).to(DType.FLOAT32).div(7);
      }
      case "zeros" -> {
        return Tensor.zeros(count);
      }
      default -> {
        JsonNode texts = each.get("values");
        if (!dtype.isFloating()) {
          long[] values = new long[texts.size()];
          for (int i = 0; i < values.length; i++) {
            values[i] = Long.parseLong(texts.get(i).asText());
          }
          return Tensor.of(values, values.length);
        }
        double[] values = new double[texts.size()];
        for (int i = 0; i < values.length; i++) {
          String text = texts.get(i).asText().replace("inf", "Infinity").replace("nan", "NaN");
          values[i] = Double.parseDouble(text);
        }
        return Tensor.of(values, values.length);
      }
    }
  }

  @Test
  void aReleasedTensorSaysSo() {
    Tensor tensor = Tensor.ones(2);
    tensor.close();
    assertEquals("tensor(released)", tensor.toString());
  }
}
