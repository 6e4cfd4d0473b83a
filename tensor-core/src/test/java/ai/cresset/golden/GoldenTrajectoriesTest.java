package ai.cresset.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All trajectories, and those of tests/peers/golden_trajectories.py, beside PyTorch's. */
@ExtendWith(NativeMemoryCheck.class)
class GoldenTrajectoriesTest {
  @ParameterizedTest
  @ValueSource(strings = {"/golden/", "/golden/trajectories-more/"})
  void everyCaseEqualsPyTorch(String folder) throws IOException, URISyntaxException {
    List<String> failures = new ArrayList<>();
    int passed = 0;
    try (GoldenTrajectories trajectories = new GoldenTrajectories(path(folder))) {
      for (JsonNode each : trajectories.cases()) {
        String wrong = trajectories.failure(each);
        if (wrong == null) {
          passed++;
        } else {
          failures.add(each.get("name").asText() + ": " + wrong);
        }
      }
    }
    assertEquals(List.of(), failures, passed + " passed");
  }

  private static Path path(String folder) throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(GoldenTrajectoriesTest.class.getResource(folder), folder).toURI());
  }
}
