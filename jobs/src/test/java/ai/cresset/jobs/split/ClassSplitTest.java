package ai.cresset.jobs.split;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.jobs.split.ClassSplit.Part;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ClassSplitTest {
  private static List<Part> parts(int[] classes, long seed, double validation, double test) {
    ClassSplit split = ClassSplit.of(classes, seed, validation, test);
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < classes.length; i++) {
      parts.add(split.part(i));
    }
    return parts;
  }

  @Test
  void eachClassIsDividedAlike() {
    int[] classes = new int[1000];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = i % 10 == 0 ? 1 : 0;
    }
    ClassSplit split = ClassSplit.of(classes, 3, 0.2, 0.1);
    int[][] counts = new int[2][Part.values().length];
    for (int i = 0; i < classes.length; i++) {
      counts[classes[i]][split.part(i).ordinal()]++;
    }
    assertEquals(List.of(630, 180, 90), List.of(counts[0][0], counts[0][1], counts[0][2]));
    assertEquals(List.of(70, 20, 10), List.of(counts[1][0], counts[1][1], counts[1][2]));
    assertEquals(700, split.count(Part.TRAIN));
  }

  /** 100 classes of 3: a tenth of each is nothing, a tenth of all is 30. */
  @Test
  void smallClassesTogetherGiveTheirPart() {
    int[] classes = new int[300];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = i / 3;
    }
    ClassSplit split = ClassSplit.of(classes, 1, 0.1, 0.1);
    assertEquals(30, split.count(Part.VALIDATION));
    assertEquals(30, split.count(Part.TEST));
    for (int i = 0; i < 100; i++) {
      int first = 3 * i;
      assertTrue(
          split.part(first) == Part.TRAIN
              || split.part(first + 1) == Part.TRAIN
              || split.part(first + 2) == Part.TRAIN);
    }
  }

  @Test
  void theSeedAloneDecides() {
    int[] classes = new int[50];
    assertEquals(parts(classes, 1, 0.2, 0.2), parts(classes, 1, 0.2, 0.2));
    assertNotEquals(parts(classes, 1, 0.2, 0.2), parts(classes, 2, 0.2, 0.2));
  }
}
