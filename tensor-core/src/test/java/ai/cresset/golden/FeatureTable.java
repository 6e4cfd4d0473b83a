package ai.cresset.golden;

import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parametrization;
import ai.cresset.nn.Placement;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.schedule.Schedule;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The page FEATURES.md, written from what a scan of the classes finds. */
final class FeatureTable {
  static final Path FILE = Path.of("..", "FEATURES.md");
  private static final String NN = "ai.cresset.nn";

  private FeatureTable() {}

  /** Public classes below {@code nn} that are modules and can be made, by package and name. */
  static Map<String, List<Class<?>>> modules() throws IOException, URISyntaxException {
    Map<String, List<Class<?>>> families = new TreeMap<>();
    for (Class<?> type : below(NN)) {
      boolean made =
          Modifier.isPublic(type.getModifiers())
              && !Modifier.isAbstract(type.getModifiers())
              && !type.isMemberClass();
      if (made && Module.class.isAssignableFrom(type)) {
        String family = type.getPackageName().substring(NN.length() + 1);
        families.computeIfAbsent(family, key -> new ArrayList<>()).add(type);
      }
    }
    return families;
  }

  /** All top-level classes of a package and those below it, in order of their names. */
  private static List<Class<?>> below(String name) throws IOException, URISyntaxException {
    Path root = Path.of(Module.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(root.resolve(name.replace('.', '/')))) {
      return files
          .map(file -> root.relativize(file).toString().replace('/', '.'))
          .filter(file -> file.endsWith(".class") && !file.contains("-") && !file.contains("$"))
          .sorted()
          .<Class<?>>map(file -> type(file.substring(0, file.length() - ".class".length())))
          .toList();
    }
  }

  private static Class<?> type(String name) {
    try {
      return Class.forName(name, false, Module.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  /** How many golden cases each module has. */
  static Map<Class<?>, Integer> moduleCases() {
    Map<String, Integer> byName = new TreeMap<>();
    Map<String, JsonNode> first = new TreeMap<>();
    for (String file :
        List.of("modules.json", "modules/modules.json", "modules-more/modules.json")) {
      for (JsonNode each : GoldenFile.json(file).get("cases")) {
        byName.merge(each.get("module").asText(), 1, Integer::sum);
        first.putIfAbsent(each.get("module").asText(), each);
      }
    }
    Map<Class<?>, Integer> cases = new HashMap<>();
    byName.forEach(
        (name, count) -> {
          for (Class<?> type : tested(Objects.requireNonNull(first.get(name)))) {
            cases.merge(type, count, Integer::sum);
          }
        });
    return cases;
  }

  /** What a case is about: its module, what a plain one holds, and what computes a parameter. */
  private static Set<Class<?>> tested(JsonNode each) {
    try (Scope scope = Scope.open("case")) {
      GoldenConfig config = new GoldenConfig(each.get("config"), Placement.DEFAULT);
      try (Module module =
          Objects.requireNonNull(GoldenModuleTypes.ALL.get(each.get("module").asText()))
              .apply(config)
              .module()) {
        Set<Class<?>> types = new HashSet<>();
        boolean ours = module.getClass().getPackageName().startsWith("ai.cresset.nn");
        if (ours) {
          types.add(module.getClass());
        } else {
          module.namedChildren().values().forEach(held -> types.add(held.getClass()));
        }
        for (Module part : module.namedModules().values()) {
          if (part instanceof Parametrization) {
            types.add(part.getClass());
          }
        }
        return types;
      }
    }
  }

  /** How many golden cases each optimizer or schedule has, by its simple name. */
  static Map<String, Integer> trajectoryCases() {
    Map<String, Integer> cases = new TreeMap<>();
    for (String file : List.of("trajectories.json", "trajectories-more/trajectories.json")) {
      for (JsonNode each : GoldenFile.json(file).get("cases")) {
        if (each.has("optimizer")) {
          cases.merge(EveryOptimizerTest.name(each), 1, Integer::sum);
        }
        if (each.has("scheduler")) {
          Schedule schedule = Objects.requireNonNull(GoldenSchedules.schedule(each));
          cases.merge(schedule.getClass().getSimpleName(), 1, Integer::sum);
        }
      }
    }
    return cases;
  }

  /** Names of public static methods of a class. */
  static Set<String> functions(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(each -> Modifier.isPublic(each.getModifiers()))
        .filter(each -> Modifier.isStatic(each.getModifiers()) && !each.isSynthetic())
        .map(Method::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Public classes of functions in a package of {@code nn}. */
  static List<Class<?>> functionClasses(String family) throws IOException, URISyntaxException {
    return below(NN + "." + family).stream()
        .filter(type -> Modifier.isPublic(type.getModifiers()))
        .filter(type -> !type.isRecord() && !type.isEnum() && !type.isInterface())
        .filter(type -> !functions(type).isEmpty())
        .toList();
  }

  /** The whole page. */
  static String page() throws IOException, URISyntaxException {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Features

        Modules, losses, optimizers and schedules with their counterparts in PyTorch, and how many golden
        cases (results of PyTorch for outputs, gradients and states) each must give. Found by a scan of the
        classes and their Javadoc; a test fails when this page is out of date, and
        `mvn -pl tensor-core test -Dtest=FeatureTableTest -Dcresset.features=write` writes it.

        ## Modules
        """);
    Map<Class<?>, Integer> cases = moduleCases();
    for (Map.Entry<String, List<Class<?>>> family : modules().entrySet()) {
      page.append("\n### nn.").append(family.getKey()).append("\n");
      head(page, "Module");
      for (Class<?> type : family.getValue()) {
        row(page, type, SourceDocumentation.of(type).pyTorchName(), cases.getOrDefault(type, 0));
      }
    }
    Map<String, Integer> trajectories = trajectoryCases();
    page.append("\n## Optimizers\n");
    head(page, "Optimizer");
    for (String name : PackageScan.subclasses(Optimizer.class)) {
      Class<?> type = type("ai.cresset.optim." + name);
      row(
          page,
          type,
          SourceDocumentation.of(type).pyTorchName(),
          trajectories.getOrDefault(name, 0));
    }
    page.append("\n## Schedules\n");
    head(page, "Schedule");
    for (String name : PackageScan.subclasses(Schedule.class)) {
      Class<?> type = type("ai.cresset.optim.schedule." + name);
      row(page, type, scheduleName(type), trajectories.getOrDefault(name, 0));
    }
    functions(page, "Functions", "functional");
    functions(page, "First values", "init");
    return page.toString();
  }

  private static String scheduleName(Class<?> type) {
    String text = SourceDocumentation.of(type).text();
    for (JsonNode name : GoldenFile.json("names.json").get("schedules")) {
      if (text.contains("{@code " + name.asText() + "}")) {
        return name.asText();
      }
    }
    return "";
  }

  private static void head(StringBuilder page, String kind) {
    page.append("\n| ").append(kind).append(" | PyTorch | | Cases |\n|---|---|---|---|\n");
  }

  private static void row(StringBuilder page, Class<?> type, String pyTorch, int cases) {
    page.append("| `").append(type.getSimpleName()).append("` | ");
    page.append(pyTorch.isEmpty() ? "" : "`" + pyTorch + "`").append(" | ");
    page.append(SourceDocumentation.of(type).summary()).append(" | ");
    page.append(cases == 0 ? "" : cases).append(" |\n");
  }

  private static void functions(StringBuilder page, String title, String family)
      throws IOException, URISyntaxException {
    page.append("\n## ").append(title).append("\n\n| Class | Functions |\n|---|---|\n");
    for (Class<?> type : functionClasses(family)) {
      page.append("| `nn.").append(family).append('.').append(type.getSimpleName()).append("` | ");
      page.append(String.join(", ", functions(type))).append(" |\n");
    }
  }
}
