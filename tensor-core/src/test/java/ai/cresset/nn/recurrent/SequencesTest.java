package ai.cresset.nn.recurrent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Packing and padding. The numbers are those of {@code torch.nn.utils.rnn}. */
@ExtendWith(LeakCheck.class)
class SequencesTest {
  private static Tensor vector(double... values) {
    return Tensor.of(values, values.length);
  }

  private static Tensor lengths(long... values) {
    return Tensor.of(values, values.length);
  }

  @Test
  void packsTheLongestFirstAndPadsInTheOrderOfTheBatch() {
    try (Scope scope = Scope.open("test")) {
      List<Tensor> sequences = List.of(vector(1, 2), vector(3, 4, 5, 6), vector(7), vector(8, 9));
      PackedSequence packed = Sequences.packSequence(sequences, false);
      assertArrayEquals(new double[] {3, 1, 8, 7, 4, 2, 9, 5, 6}, packed.data().toDoubleArray());
      assertArrayEquals(new long[] {4, 3, 1, 1}, packed.batchSizes().toLongArray());
      Tensor sorted = packed.sortedIndices();
      Tensor unsorted = packed.unsortedIndices();
      assertNotNull(sorted);
      assertNotNull(unsorted);
      assertArrayEquals(new long[] {1, 0, 3, 2}, sorted.toLongArray());
      assertArrayEquals(new long[] {1, 0, 3, 2}, unsorted.toLongArray());
      PaddedSequence padded = Sequences.padPackedSequence(packed, true, -1, 5);
      assertEquals("[4, 5]", padded.data().shape().toString());
      assertArrayEquals(
          new double[] {1, 2, -1, -1, -1, 3, 4, 5, 6, -1, 7, -1, -1, -1, -1, 8, 9, -1, -1, -1},
          padded.data().toDoubleArray());
      assertArrayEquals(new long[] {2, 4, 1, 2}, padded.lengths().toLongArray());
      List<Tensor> back = Sequences.unpackSequence(packed);
      for (int i = 0; i < 4; i++) {
        assertArrayEquals(sequences.get(i).toDoubleArray(), back.get(i).toDoubleArray());
      }
    }
  }

  @Test
  void sequencesInOrderNeedNoIndices() {
    try (Scope scope = Scope.open("test")) {
      PackedSequence packed = Sequences.packPaddedSequence(Tensor.arange(8).reshape(4, 2), 3, 2);
      assertNull(packed.sortedIndices());
      assertArrayEquals(new long[] {0, 1, 2, 3, 4}, packed.data().toLongArray());
    }
  }

  @Test
  void padsOnEitherSide() {
    try (Scope scope = Scope.open("test")) {
      List<Tensor> sequences = List.of(vector(1), vector(2, 3));
      assertArrayEquals(
          new double[] {1, 0, 2, 3}, Sequences.padSequence(sequences, true, 0).toDoubleArray());
      assertArrayEquals(
          new double[] {9, 2, 1, 3},
          Sequences.padSequence(sequences, false, 9, Sequences.PaddingSide.LEFT).toDoubleArray());
    }
  }

  @Test
  void gradientsReachElementsAndNoPadding() {
    try (Scope scope = Scope.open("test")) {
      Tensor padded = Tensor.ones(3, 2).requiresGrad(true);
      PackedSequence packed = Sequences.packPaddedSequence(padded, lengths(1, 3), false, false);
      Sequences.padPackedSequence(packed).data().mul(2).sum().backward();
      Tensor gradient = padded.grad();
      assertNotNull(gradient);
      assertArrayEquals(new double[] {2, 2, 0, 2, 0, 2}, gradient.toDoubleArray());
      gradient.close();
    }
  }

  @Test
  void mistakesAreNamed() {
    try (Scope scope = Scope.open("test")) {
      Tensor padded = Tensor.ones(3, 2);
      assertEquals(
          "packPaddedSequence.lengths: expected lengths in descending order; give enforceSorted ="
              + " false to have them sorted, got [1, 3]",
          assertThrows(ConfigException.class, () -> Sequences.packPaddedSequence(padded, 1, 3))
              .getMessage());
      assertEquals(
          "packPaddedSequence.lengths: expected numbers in [1, 3], the times there are, got [4, 1]",
          assertThrows(ConfigException.class, () -> Sequences.packPaddedSequence(padded, 4, 1))
              .getMessage());
      assertThrows(ConfigException.class, () -> Sequences.packPaddedSequence(padded, 3, 0));
      assertThrows(ShapeException.class, () -> Sequences.packPaddedSequence(padded, 3, 2, 1));
      PackedSequence packed = Sequences.packPaddedSequence(padded, 3, 1);
      assertEquals(
          "padPackedSequence.totalLength: expected at least the length of the longest sequence, 3,"
              + " got 2",
          assertThrows(
                  ConfigException.class, () -> Sequences.padPackedSequence(packed, false, 0, 2))
              .getMessage());
      try (Gru gru = new Gru(2, 3)) {
        assertEquals(
            "Gru: expected packed data [elements, 2] with at least one element, got [4]",
            assertThrows(ShapeException.class, () -> gru.call(packed)).getMessage());
      }
    }
  }

  @Test
  void resultsOutliveTheInputTheyCameFrom() {
    try (Rnn rnn = new Rnn(1, 2);
        Scope outer = Scope.open("outer")) {
      PackedRecurrentOutput found;
      try (Scope inner = Scope.open("inner")) {
        Tensor padded = Tensor.ones(3, 2, 1);
        found = rnn.call(Sequences.packPaddedSequence(padded, lengths(1, 3), false, false));
        found.tensors().forEach(inner::keep);
      }
      assertEquals(
          "[3, 2, 2]", Sequences.padPackedSequence(found.output()).data().shape().toString());
    }
  }
}
