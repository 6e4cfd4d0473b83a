package ai.cresset.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Casts between every pair of types give what PyTorch gives, wherever that is defined. */
@ExtendWith(LeakCheck.class)
class CastTableTest {
  /** Longer than a block of the kernels, so that loops and their ends are met. */
  private static final int REPEATED = 2051;

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void everyNumberOfTheTableBecomesWhatPyTorchMakesOfIt(String name) {
    Device device = name.equals("cpu") ? Device.CPU : Device.REFERENCE;
    List<String> wrong = new ArrayList<>();
    int pairs = 0;
    int casts = 0;
    for (JsonNode row : GoldenFile.json("functions/casts.json")) {
      DType from = Objects.requireNonNull(FunctionCasesTest.TYPES.get(row.get(0).asText()));
      DType to = Objects.requireNonNull(FunctionCasesTest.TYPES.get(row.get(1).asText()));
      pairs++;
      Tensor numbers = numbers(row, 0, from).to(device);
      Tensor expected = numbers(row, 1, to);
      casts += (int) numbers.numel();
      Tensor repeated = numbers.unsqueeze(0).expand(REPEATED, numbers.numel());
      compare(row, "alone", expected, numbers.to(to), wrong);
      compare(row, "in a long tensor", expected, last(repeated.contiguous().to(to)), wrong);
      compare(row, "across", expected, last(repeated.t().contiguous().t().to(to)), wrong);
    }
    assertEquals("", String.join("\n", wrong));
    assertEquals(DType.values().length * DType.values().length, pairs);
    assertTrue(casts > 2500, casts + " casts");
  }

  private static Tensor last(Tensor rows) {
    return rows.select(0, REPEATED - 1);
  }

  /** One column of a row's numbers, whose text may be larger than a double shows exactly. */
  private static Tensor numbers(JsonNode row, int column, DType type) {
    JsonNode pairs = row.get(2);
    double[] fractions = new double[pairs.size()];
    long[] integers = new long[pairs.size()];
    for (int i = 0; i < pairs.size(); i++) {
      String text = pairs.get(i).get(column).asText();
      if (type.isFloating()) {
        fractions[i] = Double.parseDouble(text);
      } else {
        integers[i] = Long.parseLong(text);
      }
    }
    return type.isFloating()
        ? Tensor.of(fractions, fractions.length).to(type)
        : Tensor.of(integers, integers.length).to(type);
  }

  private static void compare(
      JsonNode row, String how, Tensor expected, Tensor got, List<String> wrong) {
    double[] wanted = expected.toDoubleArray();
    double[] values = got.toDoubleArray();
    long[] exactWanted = expected.toLongArray();
    long[] exactValues = got.toLongArray();
    for (int i = 0; i < wanted.length; i++) {
      if (Double.compare(wanted[i], values[i]) != 0 || exactWanted[i] != exactValues[i]) {
        wrong.add(
            row.get(0).asText()
                + " "
                + row.get(2).get(i).get(0).asText()
                + " to "
                + row.get(1).asText()
                + " "
                + how
                + ": expected "
                + row.get(2).get(i).get(1).asText()
                + ", got "
                + values[i]);
      }
    }
  }
}
