package ai.cresset.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The cases of one file of a folder, and how they are run. */
interface GoldenCases extends AutoCloseable {
  /** The cases; each has a {@code name}. */
  List<JsonNode> cases();

  /** What is wrong with a case, or null. A case without a counterpart here is wrong. */
  @Nullable String failure(JsonNode each);

  /** Whether any result of a case has an element. */
  default boolean hasElements(JsonNode each) {
    return true;
  }

  @Override
  void close();
}
