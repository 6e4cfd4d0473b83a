package ai.cresset.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.tensor.LeakCheck;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Shapes, indexing, reductions, order and products equal PyTorch's in every variant. */
@ExtendWith(LeakCheck.class)
class ShapeGoldenTest {
  @Test
  void everyVariantEqualsPyTorch() throws IOException, URISyntaxException {
    URL place = Objects.requireNonNull(GoldenRunner.class.getResource("/golden/shapes/ops.json"));
    TreeMap<String, String> failures = new TreeMap<>();
    int cases = 0;
    try (GoldenRunner runner = new GoldenRunner(Path.of(place.toURI()).resolveSibling(""))) {
      for (JsonNode each : runner.cases()) {
        String wrong = runner.failure(each);
        cases++;
        if (wrong != null) {
          failures.put(each.get("name").asText(), wrong);
        }
      }
    }
    StringBuilder report = new StringBuilder();
    failures.forEach((name, wrong) -> report.append(name).append(": ").append(wrong).append('\n'));
    assertEquals("", report.toString());
    assertTrue(cases > 800, cases + " cases");
  }
}
