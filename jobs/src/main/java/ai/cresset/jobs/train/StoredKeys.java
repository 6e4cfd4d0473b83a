package ai.cresset.jobs.train;

import ai.cresset.error.CheckpointException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Compares the keys of a stored model with those that its kind has: none is left to chance. Keys
 * that older versions did not write get the value that says what was meant then.
 *
 * @param name what errors call the file
 * @param kind of the model
 */
record StoredKeys(String name, String kind) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** The keys that came later, by kind and place. */
  private static final Map<String, JsonNode> LATER =
      Map.of(
          "generative settings.gradientPenalty", JSON.numberNode(0),
          "image settings.kind", JSON.textNode("CNN"),
          "recommender servers.placement", JSON.textNode("BESIDE"),
          "recommender servers.count", JSON.numberNode(0),
          "recommender servers.snapshotEvery", JSON.numberNode(0));

  /**
   * Checks a record's JSON and all that is in it.
   *
   * @param place of the record; empty for the whole
   */
  void complete(ObjectNode node, Class<?> type, String place) {
    List<String> known = new ArrayList<>();
    for (RecordComponent each : type.getRecordComponents()) {
      String key = each.getName();
      String where = place.isEmpty() ? key : place + "." + key;
      known.add(key);
      JsonNode value = node.get(key);
      if (value == null || value.isNull()) {
        JsonNode meant = LATER.get(kind + " " + where);
        if (meant == null) {
          throw CheckpointException.because(
              name
                  + ": has no key '"
                  + where
                  + "', so that it is not known which model this is; use another copy of the file,"
                  + " or add what the recipe of the run says");
        }
        node.set(key, meant);
      } else {
        inside(value, each.getType(), each.getGenericType(), where);
      }
    }
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                throw CheckpointException.because(
                    name
                        + ": unknown key '"
                        + (place.isEmpty() ? key : place + "." + key)
                        + "'; expected "
                        + known
                        + "; a newer version of Cresset may have written it: use that one");
              }
            });
  }

  private void inside(JsonNode value, Class<?> type, Type generic, String where) {
    if (type.isRecord() && value instanceof ObjectNode fields) {
      complete(fields, type, where);
    } else if (generic instanceof ParameterizedType list
        && list.getActualTypeArguments()[0] instanceof Class<?> element
        && element.isRecord()) {
      int place = 0;
      for (JsonNode each : value) {
        if (each instanceof ObjectNode fields) {
          complete(fields, element, where + "[" + place + "]");
        }
        place++;
      }
    }
  }
}
