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

/** Operations give what PyTorch gives: results, gradients, second gradients. */
@ExtendWith(LeakCheck.class)
class GoldenOperationsTest {
  @Test
  void knownOperationsEqualPyTorch() throws IOException, URISyntaxException {
    URL place = Objects.requireNonNull(GoldenRunner.class.getResource("/golden/ops.json"));
    TreeMap<String, String> failures = new TreeMap<>();
    int passed = 0;
    try (GoldenRunner runner = new GoldenRunner(Path.of(place.toURI()).resolveSibling(""))) {
      for (JsonNode each : runner.cases()) {
        if (!GoldenRunner.knows(each)) {
          continue;
        }
        String wrong = runner.failure(each);
        if (wrong == null) {
          passed++;
        } else {
          failures.put(each.get("name").asText(), wrong);
        }
      }
    }
    assertEquals(new TreeMap<>(), failures);
    assertTrue(passed > 100, passed + " cases");
  }
}
