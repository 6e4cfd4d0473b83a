package ai.cresset.tests.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rooms and the doors between them. A room is a package with its subpackages, unless a
 * subpackage is a room of its own. "May import" is transitive.
 */
final class House {
  static final String ROOT = "ai.cresset";

  /** All classes of the project that are not tests. */
  static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages(ROOT);

  private static final Map<String, List<String>> DOORS = new LinkedHashMap<>();

  static {
    // tensor-core, bottom to top
    room("error");
    room("type", "error");
    room("memory", "type");
    room("random", "type");
    room("backend", "memory", "random");
    room("backend.reference", "backend");
    room("backend.cpu", "backend");
    room("backend.cpu.vector", "backend.cpu");
    room("backend.cuda", "backend");
    room("tensor", "backend");
    room("cuda", "tensor", "backend.cuda");
    room("nn.functional", "tensor");
    room("nn", "nn.functional");
    room("optim", "tensor");
    room("data.arrow", "memory");
    room("data.transform", "tensor");
    room("data", "tensor", "data.arrow", "data.transform");
    room("data.image", "data");
    room("data.audio", "data");
    room("data.text", "data");
    room("data.file", "data");
    room("checkpoint", "nn", "optim", "quant");
    room("metric", "tensor");
    room("report", "metric");
    room("profile", "tensor");
    room("amp", "nn", "optim");
    room("quant", "nn", "optim");
    room("lora", "nn", "optim");
    room("prune", "nn", "optim");
    room("train", "data", "checkpoint", "report", "amp");
    room("model", "nn", "metric");
    room("hub", "model", "checkpoint");
    room("export", "model", "checkpoint");
    // parallel
    room("parallel.comm", "memory");
    room("parallel.mesh", "parallel.comm", "tensor");
    room("parallel.launch", "parallel.comm");
    room("parallel.data", "parallel.mesh", "parallel.comm", "nn", "optim");
    room("parallel.zero", "parallel.mesh", "parallel.comm", "nn", "optim");
    room("parallel.tensor", "parallel.mesh", "parallel.comm", "nn", "optim");
    room("parallel.sequence", "parallel.tensor");
    room("parallel.pipeline", "parallel.mesh", "parallel.comm", "nn", "optim");
    room("parallel.server", "parallel.comm", "nn", "checkpoint");
    room("parallel.server.apart", "parallel.server", "parallel.launch");
    room("parallel.checkpoint", "parallel.mesh", "parallel.comm", "checkpoint");
    room(
        "parallel.strategy",
        "parallel.data",
        "parallel.zero",
        "parallel.tensor",
        "parallel.sequence",
        "parallel.pipeline",
        "parallel.server",
        "parallel.checkpoint",
        "parallel.launch",
        "train");
    // spark-connector
    room("spark.resource", "type");
    room("spark.launch", "spark.resource", "parallel.launch");
    room("spark.data", "data", "data.image", "spark.resource");
    room("spark.checkpoint", "checkpoint");
    room("spark.ui", "spark.launch");
    room("spark.ml", "spark.data", "spark.launch", "parallel.strategy", "model");
    // jobs
    room("jobs.config", "error");
    room("jobs.recipe", "jobs.config", "data.image", "parallel.strategy", "model");
    room("jobs.text", "jobs.recipe", "spark.data");
    room("jobs.split", "random");
    room("jobs.download", "error");
    room("jobs.image", "jobs.recipe", "jobs.split", "spark.data", "data.file");
    room("jobs.rows", "jobs.recipe");
    room("jobs.sequence", "jobs.recipe", "jobs.rows", "jobs.split", "spark.data");
    room("jobs.series", "jobs.recipe", "jobs.rows", "jobs.split", "spark.data");
    room("jobs.audio", "jobs.recipe", "jobs.split", "spark.data", "data.audio");
    room("jobs.generate", "error");
    room("jobs.table", "jobs.recipe", "jobs.split", "spark.data");
    room("jobs.feature", "jobs.recipe", "jobs.split", "spark.data");
    room("jobs.workload", "jobs.recipe", "jobs.split", "spark.data", "train");
    room("jobs.workload.gpt", "jobs.workload", "jobs.text", "model");
    room("jobs.workload.image", "jobs.workload", "jobs.image", "spark.checkpoint", "model", "hub");
    room("jobs.workload.generative", "jobs.workload", "jobs.image", "model");
    room("jobs.workload.sequence", "jobs.workload", "jobs.sequence", "model");
    room("jobs.workload.series", "jobs.workload", "jobs.series", "model");
    room("jobs.workload.audio", "jobs.workload", "jobs.audio", "model");
    room("jobs.workload.table", "jobs.workload", "jobs.table", "model");
    room(
        "jobs.workload.recommender", "jobs.workload", "jobs.feature", "parallel.strategy", "model");
    room(
        "jobs.train",
        "jobs.workload.gpt",
        "jobs.workload.image",
        "jobs.workload.generative",
        "jobs.workload.sequence",
        "jobs.workload.table",
        "jobs.workload.recommender",
        "jobs.workload.series",
        "jobs.workload.audio",
        "parallel.server.apart",
        "spark.launch",
        "spark.checkpoint",
        "cuda");
    room(
        "jobs",
        "jobs.train",
        "jobs.generate",
        "jobs.download",
        "spark.ml",
        "spark.ui",
        "spark.checkpoint",
        "hub",
        "export");
  }

  private House() {}

  private static void room(String name, String... mayImport) {
    DOORS.put(name, List.of(mayImport));
  }

  static Set<String> rooms() {
    return DOORS.keySet();
  }

  /** The room of a class: the longest room name that its package begins with. */
  static String roomOf(JavaClass type) {
    String name =
        type.getPackageName()
            .substring(Math.min(type.getPackageName().length(), ROOT.length() + 1));
    String best = "";
    for (String room : DOORS.keySet()) {
      boolean inside = name.equals(room) || name.startsWith(room + ".");
      if (inside && room.length() > best.length()) {
        best = room;
      }
    }
    return best;
  }

  /** Every room that a room may import, itself included. */
  static Set<String> reachable(String room) {
    Set<String> reached = new LinkedHashSet<>();
    reach(room, reached);
    return reached;
  }

  private static void reach(String room, Set<String> reached) {
    if (reached.add(room)) {
      DOORS.getOrDefault(room, List.of()).forEach(next -> reach(next, reached));
    }
  }
}
