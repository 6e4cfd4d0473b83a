package ai.cresset.parallel.zero;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ActionTest {
  /** {@code g1} gathers unit 1, {@code r1} sends its gradients. */
  private static List<Action> order(String text) {
    List<Action> actions = new ArrayList<>();
    for (String each : text.split(" ")) {
      Action.Kind kind = each.charAt(0) == 'g' ? Action.Kind.GATHER : Action.Kind.REDUCE;
      actions.add(new Action(kind, Integer.parseInt(each.substring(1))));
    }
    return actions;
  }

  @Test
  void whatComesNextIsGatheredBeforeGradientsAreSent() {
    assertEquals(
        order("g0 g1 g2 g3 g3 g2 r3 g1 r2 r1 r0"),
        Action.prefetching(order("g0 g1 g2 g3 g3 r3 g2 r2 g1 r1 r0")));
  }

  @Test
  void aUnitIsNotGatheredAgainBeforeItsGradientsAreSent() {
    assertEquals(order("g1 r1 g1 r1"), Action.prefetching(order("g1 r1 g1 r1")));
  }
}
