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

/** Modules give what PyTorch gives: outputs, gradients, states afterwards. */
@ExtendWith(LeakCheck.class)
class GoldenModulesTest {
  @Test
  void modulesEqualPyTorch() throws IOException, URISyntaxException {
    assertTrue(allPass("/golden/modules.json") >= 25);
  }

  @Test
  void everySettingEqualsPyTorch() throws IOException, URISyntaxException {
    assertTrue(allPass("/golden/modules/modules.json") > 150);
  }

  @Test
  void lossesSequencesAndStructuresEqualPyTorch() throws IOException, URISyntaxException {
    assertTrue(allPass("/golden/modules-more/modules.json") > 300);
  }

  private static int allPass(String json) throws IOException, URISyntaxException {
    URL place = Objects.requireNonNull(GoldenModules.class.getResource(json));
    TreeMap<String, String> failures = new TreeMap<>();
    int passed = 0;
    try (GoldenModules runner = new GoldenModules(Path.of(place.toURI()).resolveSibling(""))) {
      for (JsonNode each : runner.cases()) {
        String wrong = runner.failure(each);
        if (wrong == null) {
          passed++;
        } else {
          failures.put(each.get("name").asText(), wrong);
        }
      }
    }
    assertEquals(new TreeMap<>(), failures);
    return passed;
  }
}
