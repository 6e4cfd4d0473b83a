package ai.cresset.parallel.tensor;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Module;
import ai.cresset.parallel.tensor.TensorStyle.Column;
import ai.cresset.parallel.tensor.TensorStyle.Heads;
import ai.cresset.parallel.tensor.TensorStyle.Positions;
import ai.cresset.parallel.tensor.TensorStyle.Row;
import ai.cresset.parallel.tensor.TensorStyle.Same;
import ai.cresset.parallel.tensor.TensorStyle.Scores;
import ai.cresset.parallel.tensor.TensorStyle.SharedClasses;
import ai.cresset.parallel.tensor.TensorStyle.Vocabulary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which modules of a model are divided, and how. Beside the model, which knows nothing of it.
 *
 * @param styles by pattern of a module's dotted name, in which {@code *} stands for one name:
 *     {@code transformer.h.*.mlp.c_fc}
 * @param sequenceParallel whether the activations between divided layers, dim 1 of {@code [batch,
 *     length, ...]}, are divided too: then every module with parameters needs an entry
 */
public record TensorPlan(Map<String, TensorStyle> styles, boolean sequenceParallel) {
  public TensorPlan {
    styles = Collections.unmodifiableMap(new LinkedHashMap<>(styles));
  }

  /** Without sequence parallelism. */
  public static TensorPlan of(Map<String, TensorStyle> styles) {
    return new TensorPlan(styles, false);
  }

  /** The plan of {@link ai.cresset.model.Gpt}. */
  public static TensorPlan gpt() {
    Map<String, TensorStyle> styles = new LinkedHashMap<>();
    styles.put("transformer.wte", new Vocabulary());
    styles.put("transformer.wpe", new Positions());
    styles.put("transformer.drop", new Same());
    styles.put("transformer.h.*.ln_1", new Same());
    styles.put("transformer.h.*.attn", new Heads());
    styles.put("transformer.h.*.ln_2", new Same());
    styles.put("transformer.h.*.mlp.c_fc", new Column(1));
    styles.put("transformer.h.*.mlp.c_proj", new Row());
    styles.put("transformer.h.*.mlp.dropout", new Same());
    styles.put("transformer.ln_f", new Same());
    styles.put("lm_head", new Scores());
    styles.put("loss", new SharedClasses());
    return of(styles);
  }

  /** The same with or without sequence parallelism. */
  public TensorPlan withSequenceParallel(boolean wanted) {
    return new TensorPlan(styles, wanted);
  }

  /** A module and its style. */
  record Entry(Module module, TensorStyle style) {}

  /**
   * The modules of a model that have a style, by name, in the model's order.
   *
   * @throws ConfigException if a pattern matches nothing, two match one module, or a module that
   *     needs an entry has none
   */
  Map<String, Entry> match(Module model) {
    Map<String, Entry> found = new LinkedHashMap<>();
    Map<String, Module> modules = model.namedModules();
    Map<String, List<String>> matches = new LinkedHashMap<>();
    styles.keySet().forEach(pattern -> matches.put(pattern, new ArrayList<>()));
    modules.forEach(
        (name, module) ->
            styles.forEach(
                (pattern, style) -> {
                  if (matches(pattern, name)) {
                    matches.computeIfAbsent(pattern, missing -> new ArrayList<>()).add(name);
                    if (found.putIfAbsent(name, new Entry(module, style)) != null) {
                      throw ConfigException.because(
                          "tensor plan: two patterns match the module '" + name + "'; keep one");
                    }
                  }
                }));
    matches.forEach(
        (pattern, names) -> {
          if (names.isEmpty()) {
            throw ConfigException.because(
                "tensor plan: no module matches '"
                    + pattern
                    + "'; "
                    + model.getClass().getSimpleName()
                    + " has "
                    + modules.keySet());
          }
        });
    if (sequenceParallel) {
      refuseMissing(modules, found);
    }
    return found;
  }

  private static boolean matches(String pattern, String name) {
    String[] parts = pattern.split("\\*", -1);
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < parts.length; i++) {
      regex.append(i == 0 ? "" : "[^.]+").append(Pattern.quote(parts[i]));
    }
    return name.matches(regex.toString());
  }

  private static void refuseMissing(Map<String, Module> modules, Map<String, Entry> found) {
    modules.forEach(
        (name, module) -> {
          boolean covered =
              found.containsKey(name)
                  || found.keySet().stream().anyMatch(each -> name.startsWith(each + "."));
          if (!covered && !module.ownParameters().isEmpty()) {
            throw ConfigException.because(
                "tensor plan: with sequence parallelism each rank computes a part of the positions,"
                    + " so every module with parameters needs a style; '"
                    + name
                    + "' ("
                    + module.getClass().getSimpleName()
                    + ") has none");
          }
        });
  }
}
