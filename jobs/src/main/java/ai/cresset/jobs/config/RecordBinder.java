package ai.cresset.jobs.config;

import ai.cresset.error.ConfigException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes records out of nodes: every key known, every key there, every value of its type. */
final class RecordBinder {
  private final RecordSchema schema;
  private final Map<String, String> variables;
  private final Map<String, String> origins = new TreeMap<>();

  RecordBinder(RecordSchema schema, Map<String, String> variables) {
    this.schema = schema;
    this.variables = variables;
  }

  Object bind(Class<?> type, String name, ConfigNode.Section root) {
    refuseUnknown("", root);
    List<String> missing = new ArrayList<>();
    collectMissing("", root, missing);
    if (!missing.isEmpty()) {
      throw ConfigException.because(
          name
              + ": missing "
              + (missing.size() == 1 ? "setting " : "settings ")
              + String.join(", ", missing)
              + "; a recipe names every setting");
    }
    return record(type, "", root);
  }

  private void refuseUnknown(String path, ConfigNode.Section section) {
    List<String> known = schema.sections().getOrDefault(path, List.of());
    section
        .entries()
        .forEach(
            (key, node) -> {
              String child = RecordSchema.join(path, key);
              if (!known.contains(key)) {
                throw UnknownSetting.exception(node.origin(), firstLeaf(child, node), schema);
              }
              if (schema.isSection(child) && node instanceof ConfigNode.Section s) {
                refuseUnknown(child, s);
              }
            });
  }

  /** An unknown section is reported by its first key: {@code trian.steps} says more than trian. */
  private static String firstLeaf(String path, ConfigNode node) {
    if (node instanceof ConfigNode.Section section && !section.entries().isEmpty()) {
      Map.Entry<String, ConfigNode> first = section.entries().entrySet().iterator().next();
      return firstLeaf(RecordSchema.join(path, first.getKey()), first.getValue());
    }
    return path;
  }

  private void collectMissing(String path, ConfigNode.Section section, List<String> missing) {
    for (String key : schema.sections().getOrDefault(path, List.of())) {
      String child = RecordSchema.join(path, key);
      ConfigNode node = section.entries().get(key);
      if (node == null) {
        missing.add(child);
      } else if (schema.isSection(child) && node instanceof ConfigNode.Section s) {
        collectMissing(child, s, missing);
      }
    }
  }

  private Object record(Class<?> type, String path, ConfigNode node) {
    if (!(node instanceof ConfigNode.Section section)) {
      throw at(
          node,
          ConfigException.value(
              path,
              node.describe(),
              "a section with "
                  + String.join(", ", schema.sections().getOrDefault(path, List.of()))));
    }
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String key = RecordSchema.key(components[i]);
      ConfigNode child = section.entries().get(key);
      if (child == null) {
        throw new IllegalStateException(key + " was there when the keys were checked");
      }
      values[i] = value(components[i].getGenericType(), RecordSchema.join(path, key), child);
    }
    return construct(type, components, values);
  }

  private Object value(Type type, String path, ConfigNode node) {
    if (type instanceof Class<?> c && c.isRecord()) {
      return record(c, path, node);
    }
    origins.put(path, node.origin());
    if (type instanceof ParameterizedType p && p.getRawType() == List.class) {
      return list(p.getActualTypeArguments()[0], path, node);
    }
    try {
      if (node instanceof ConfigNode.Scalar scalar) {
        return ScalarType.convert(path, expand(path, scalar.text()), (Class<?>) type);
      }
      String expected = type == String.class ? "text ('' for none)" : "one value";
      throw ConfigException.value(path, node.describe(), expected);
    } catch (ConfigException e) {
      throw at(node, e);
    }
  }

  private List<Object> list(Type element, String path, ConfigNode node) {
    ConfigNode items =
        node instanceof ConfigNode.Scalar scalar && scalar.text().strip().startsWith("[")
            ? YamlSource.readValue(node.origin(), scalar.text())
            : node;
    if (!(items instanceof ConfigNode.Values values)) {
      throw at(node, ConfigException.value(path, node.describe(), "a list such as [a, b]"));
    }
    List<Object> result = new ArrayList<>();
    for (int i = 0; i < values.items().size(); i++) {
      result.add(value(element, path + "[" + i + "]", values.items().get(i)));
    }
    return List.copyOf(result);
  }

  /** Replaces {@code ${name}} by the variable; other dollar signs are text like any other. */
  private String expand(String path, String text) {
    String result = text;
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      String placeholder = "${" + variable.getKey() + "}";
      if (result.contains(placeholder)) {
        if (variable.getValue().isEmpty()) {
          throw ConfigException.value(
              path,
              "'" + text + "'",
              "a value without " + placeholder + ", which only deploy/local/run.sh sets");
        }
        result = result.replace(placeholder, variable.getValue());
      }
    }
    return result;
  }

  private Object construct(Class<?> type, RecordComponent[] components, Object[] values) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof ConfigException refused) {
        throw placed(refused);
      }
      throw new IllegalStateException(type + " cannot be made", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " is not a public record", e);
    }
  }

  /** A record's own check names the key first: the text gets the place where that was written. */
  private ConfigException placed(ConfigException refused) {
    String message = String.valueOf(refused.getMessage());
    String origin = origins.get(message.split(":", 2)[0]);
    return origin == null ? refused : ConfigException.because(origin + ": " + message);
  }

  private static ConfigException at(ConfigNode node, ConfigException refused) {
    return ConfigException.because(node.origin() + ": " + refused.getMessage());
  }
}
