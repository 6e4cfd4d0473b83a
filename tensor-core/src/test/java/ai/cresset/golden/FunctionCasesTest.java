package ai.cresset.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.DTypeException;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Promotion;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Functions, losses and promotion in every type equal PyTorch, also in what they refuse. */
@ExtendWith(LeakCheck.class)
class FunctionCasesTest {
  static final Map<String, DType> TYPES =
      Map.of(
          "f64", DType.FLOAT64,
          "f32", DType.FLOAT32,
          "f16", DType.FLOAT16,
          "bf16", DType.BFLOAT16,
          "i64", DType.INT64,
          "i32", DType.INT32,
          "i16", DType.INT16,
          "i8", DType.INT8,
          "u8", DType.UINT8,
          "bool", DType.BOOL);

  private static Path folder() throws URISyntaxException {
    URL place = GoldenRunner.class.getResource("/golden/functions/ops.json");
    return Path.of(Objects.requireNonNull(place).toURI()).resolveSibling("");
  }

  @Test
  void casesEqualPyTorch() throws IOException, URISyntaxException {
    TreeMap<String, String> failures = new TreeMap<>();
    int passed = 0;
    try (GoldenRunner runner = new GoldenRunner(folder())) {
      for (JsonNode each : runner.cases()) {
        String wrong = runner.failure(each);
        if (wrong == null) {
          passed++;
        } else {
          failures.put(each.get("name").asText(), wrong);
        }
      }
    }
    assertEquals("", lines(failures), failures.size() + " failed");
    assertTrue(passed > 1000, passed + " cases");
  }

  @Test
  void whatPyTorchRefusesIsRefusedWithAText() throws IOException, URISyntaxException {
    TreeMap<String, String> accepted = new TreeMap<>();
    try (GoldenRunner runner = new GoldenRunner(folder(), "refused.json", Device.CPU)) {
      for (JsonNode each : runner.cases()) {
        String wrong = runner.acceptance(each);
        if (wrong != null) {
          accepted.put(each.get("name").asText(), wrong);
        }
      }
    }
    assertEquals("", lines(accepted), accepted.size() + " accepted");
  }

  private static String lines(Map<String, String> failures) {
    StringBuilder text = new StringBuilder();
    failures.forEach((name, wrong) -> text.append(name).append(": ").append(wrong).append('\n'));
    return text.toString();
  }

  @Test
  void everyPairOfOperandsIsPromotedAsInPyTorch() {
    List<String> wrong = new ArrayList<>();
    int rows = 0;
    for (JsonNode row : GoldenFile.json("functions/promotion.json")) {
      rows++;
      Tensor left = operand(row.get(0).asText(), row.get(1).asText());
      DType got;
      if (row.get(3).asText().equals("number")) {
        Number number = row.get(2).asText().equals("integer") ? (Number) 2 : (Number) 2.5;
        got = left.dtype().withScalar(number);
      } else {
        Tensor right = operand(row.get(2).asText(), row.get(3).asText());
        got = Promotion.common(left, right);
        DType several = Promotion.common(List.of(left, right));
        if (several != got) {
          wrong.add(row + ": " + several + " in a list");
        }
      }
      if (got != TYPES.get(row.get(4).asText())) {
        wrong.add(row + ": " + got);
      }
    }
    assertEquals(List.of(), wrong);
    assertEquals(20 * 20 + 20 * 2, rows);
  }

  private static Tensor operand(String type, String kind) {
    Shape shape = kind.equals("zero") ? Shape.of() : Shape.of(2);
    return Tensor.ones(new Spec(shape, Objects.requireNonNull(TYPES.get(type)), Device.CPU));
  }

  @Test
  void aRefusalNamesOperationAndTypes() {
    Tensor integers = Tensor.arange(3);
    DTypeException thrown = assertThrows(DTypeException.class, integers::frac);
    assertEquals(
        "frac: dtype int64 is not supported; cast with to(DType) to one of the floating types",
        thrown.getMessage());
  }
}
