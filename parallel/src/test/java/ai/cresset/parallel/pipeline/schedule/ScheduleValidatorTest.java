package ai.cresset.parallel.pipeline.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.error.ConfigException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleValidatorTest {
  private static final PipelineShape TWO = new PipelineShape(2, 1, 2);

  private static String refusal(Schedule schedule) {
    return String.valueOf(
        assertThrows(ConfigException.class, () -> ScheduleValidator.check(schedule)).getMessage());
  }

  private static List<List<Action>> lists(Schedule schedule) {
    List<List<Action>> lists = new ArrayList<>();
    schedule.ranks().forEach(rank -> lists.add(new ArrayList<>(rank)));
    return lists;
  }

  @Test
  void aScheduleIsReadByPeople() {
    assertEquals(
        "0F0 0F1 0B0 0B1\n1F0 1B0 1F1 1B1",
        ScheduleKind.ONE_FORWARD_ONE_BACKWARD.computations(TWO).toString());
    assertEquals(
        "0F0 0F1 0I0 0W0 0I1 0W1\n1F0 1I0 1F1 1I1 1W0 1W1",
        ScheduleKind.ZERO_BUBBLE.computations(TWO).toString());
  }

  @Test
  void messagesGoOutAtOnceAndAreAskedForOneComputationAhead() {
    assertEquals(
        "0F0 0SF0 0RB0 0F1 0SF1 0RB1 0B0 0B1\n1RF0 1F0 1RF1 1B0 1SB0 1F1 1B1 1SB1",
        ScheduleKind.ONE_FORWARD_ONE_BACKWARD.of(TWO).toString());
  }

  @Test
  void whatIsMissingIsNamed() {
    List<List<Action>> lists = lists(ScheduleKind.GPIPE.of(TWO));
    lists.get(1).remove(Action.backward(1, 1));
    assertEquals(
        "pipeline schedule: rank 1: 1B1 is missing; mend the schedule",
        refusal(new Schedule(TWO, lists)));
  }

  @Test
  void whatComesTwiceOrTooEarlyIsNamed() {
    List<List<Action>> twice = lists(ScheduleKind.GPIPE.of(TWO));
    twice.get(0).add(Action.forward(0, 1));
    assertEquals(
        "pipeline schedule: rank 0: 0F1 comes a second time; mend the schedule",
        refusal(new Schedule(TWO, twice)));
    List<List<Action>> early = lists(ScheduleKind.GPIPE.of(TWO));
    Collections.reverse(early.get(0));
    assertEquals(
        "pipeline schedule: rank 0: 0B1 comes before its forward pass; mend the schedule",
        refusal(new Schedule(TWO, early)));
  }

  @Test
  void aStageOfAnotherRankIsNamed() {
    List<List<Action>> lists = lists(ScheduleKind.GPIPE.of(TWO));
    lists.get(0).add(0, Action.forward(1, 0));
    assertEquals(
        "pipeline schedule: rank 0: 1F0 is of a stage that rank 1 has; mend the schedule",
        refusal(new Schedule(TWO, lists)));
  }

  @Test
  void messagesInAnotherOrderAreShown() {
    List<List<Action>> lists = lists(ScheduleKind.GPIPE.of(TWO));
    List<Action> receiver = lists.get(1);
    Collections.swap(
        receiver,
        receiver.indexOf(new Action(Action.Kind.RECEIVE_FORWARD, 1, 0)),
        receiver.indexOf(new Action(Action.Kind.RECEIVE_FORWARD, 1, 1)));
    assertEquals(
        "pipeline schedule: rank 1: 1F0 comes before 1RF0; mend the schedule",
        refusal(new Schedule(TWO, List.of(lists.get(0), swapped(receiver)))));
    assertEquals(
        "pipeline schedule: activations from rank 0 to rank 1 are sent as [1RF0, 1RF1] and received"
            + " as [1RF1, 1RF0]; expected the same messages in the same order",
        refusal(new Schedule(TWO, List.of(lists.get(0), bothFirst(receiver)))));
  }

  /** The second message is asked for first, the first one only after it is needed. */
  private static List<Action> swapped(List<Action> actions) {
    List<Action> other = new ArrayList<>(actions);
    Action first = new Action(Action.Kind.RECEIVE_FORWARD, 1, 0);
    other.remove(first);
    other.add(other.indexOf(Action.forward(1, 0)) + 1, first);
    return other;
  }

  private static List<Action> bothFirst(List<Action> actions) {
    List<Action> other = new ArrayList<>(actions);
    other.removeIf(action -> action.kind() == Action.Kind.RECEIVE_FORWARD);
    other.add(0, new Action(Action.Kind.RECEIVE_FORWARD, 1, 0));
    other.add(0, new Action(Action.Kind.RECEIVE_FORWARD, 1, 1));
    return other;
  }

  @Test
  void ranksThatWaitForEachOtherAreNamed() {
    // Rank 0 wants a gradient back before it gives the micro-batch that rank 1 begins with.
    List<List<Action>> lists =
        List.of(
            List.of(
                Action.forward(0, 0), Action.backward(0, 0),
                Action.forward(0, 1), Action.backward(0, 1)),
            List.of(
                Action.forward(1, 1), Action.backward(1, 1),
                Action.forward(1, 0), Action.backward(1, 0)));
    Schedule stuck = CommunicationPass.insert(new Schedule(TWO, lists));
    assertEquals(
        "pipeline schedule: ranks wait for each other for ever, rank 0 at 0B0, rank 1 at 1F1; order"
            + " the actions so that what one waits for comes earlier on the other",
        refusal(stuck));
  }

  @Test
  void chunksThatDoNotFitNameTheSettings() {
    assertEquals(
        "parallel.schedule = 1f1b has one chunk on each rank, got parallel.chunks = 2; set"
            + " parallel.chunks to 1, or parallel.schedule to interleaved or zero_bubble",
        String.valueOf(
            assertThrows(
                    ConfigException.class,
                    () -> ScheduleKind.ONE_FORWARD_ONE_BACKWARD.of(new PipelineShape(2, 2, 2)))
                .getMessage()));
  }
}
