package ai.cresset.tests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The package tables of the architecture, and who alone may name what. */
class PackageTableTest {
  /** Libraries that one room alone may name; everybody else goes through it. */
  private static final Map<String, List<String>> OWNERS =
      Map.of(
          "jdk.incubator.vector", List.of("backend.cpu.vector"),
          "org.bytedeco", List.of("backend.cpu"),
          "jcuda", List.of("backend.cuda"),
          "sun.misc", List.of("memory"),
          "org.apache.spark",
              List.of(
                  "spark.launch",
                  "spark.resource",
                  "spark.data",
                  "spark.ml",
                  "spark.ui",
                  "jobs",
                  "jobs.train",
                  "jobs.workload",
                  "jobs.workload.gpt",
                  "jobs.workload.image",
                  "jobs.workload.generative",
                  "jobs.workload.sequence",
                  "jobs.workload.table",
                  "jobs.workload.recommender",
                  "jobs.split",
                  "jobs.audio",
                  "jobs.series",
                  "jobs.workload.audio",
                  "jobs.workload.series",
                  "jobs.text",
                  "jobs.image",
                  "jobs.rows",
                  "jobs.sequence",
                  "jobs.table",
                  "jobs.feature"));

  private static final Set<String> FORBIDDEN =
      Set.of("java.io.ObjectInputStream", "java.beans.XMLDecoder");

  /** Reads what a launcher wrote to its own child process, over a channel both authenticated. */
  private static final String TRUSTED = "ai.cresset.parallel.launch.WorkerFrames";

  @Test
  void theScanIsNotEmpty() {
    assertTrue(House.CLASSES.size() > 100, "only " + House.CLASSES.size() + " classes were found");
    for (String room : List.of("error", "tensor", "parallel.comm", "spark.launch", "jobs.config")) {
      boolean found = House.CLASSES.stream().anyMatch(type -> House.roomOf(type).equals(room));
      assertTrue(found, "no class of " + room + " was found: is its module on the class path?");
    }
  }

  @Test
  void everyClassLivesInARoom() {
    Set<String> homeless = new TreeSet<>();
    for (JavaClass type : House.CLASSES) {
      if (House.roomOf(type).isEmpty() && !isOfTests(type)) {
        homeless.add(type.getName());
      }
    }
    assertEquals(Set.of(), homeless, "classes outside of the package tables; add a room to House");
  }

  @Test
  void roomsImportOnlyWhatTheTableAllows() {
    List<String> broken = new ArrayList<>();
    for (JavaClass type : House.CLASSES) {
      String room = House.roomOf(type);
      Set<String> allowed = House.reachable(room);
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass();
        if (target.getPackageName().startsWith(House.ROOT)
            && !isOfTests(type)
            && !allowed.contains(House.roomOf(target))) {
          broken.add(room + " -> " + House.roomOf(target) + ": " + dependency.getDescription());
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  @Test
  void librariesAreNamedByTheirOwnersOnly() {
    List<String> broken = new ArrayList<>();
    for (JavaClass type : House.CLASSES) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String target = dependency.getTargetClass().getName();
        for (Map.Entry<String, List<String>> owner : OWNERS.entrySet()) {
          if (target.startsWith(owner.getKey() + ".")
              && !isOfTests(type)
              && !owner.getValue().contains(House.roomOf(type))) {
            broken.add(dependency.getDescription());
          }
        }
        if (FORBIDDEN.contains(target) && !type.getName().startsWith(TRUSTED)) {
          broken.add("untrusted data: " + dependency.getDescription());
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  private static boolean isOfTests(JavaClass type) {
    return type.getPackageName().startsWith(House.ROOT + ".tests");
  }
}
