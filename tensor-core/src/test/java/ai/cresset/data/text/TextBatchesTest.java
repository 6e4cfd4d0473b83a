package ai.cresset.data.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.data.Batch;
import ai.cresset.data.Sample;
import ai.cresset.error.DataException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextBatchesTest {
  @Test
  void wordsBecomeNumbersAndComeBack(@TempDir Path directory) {
    List<List<String>> texts =
        List.of(WordTokenizer.tokens("The cat sat."), WordTokenizer.tokens("the DOG, the end"));
    assertEquals(List.of("the", "dog", ",", "the", "end"), texts.get(1));
    Vocabulary words =
        Vocabulary.of(texts, 1, 0, List.of(Vocabulary.PADDING, Vocabulary.UNKNOWN));
    assertEquals(
        List.of("<pad>", "<unk>", "the", ",", ".", "cat", "dog", "end", "sat"), words.tokens());
    assertArrayEquals(new long[] {2, 1, 5}, words.encode(List.of("the", "bird", "cat")));
    assertEquals(List.of("dog", "<pad>"), words.decode(new long[] {6, 0}));
    assertEquals(List.of("the"), Vocabulary.of(texts, 2, 0, List.of()).tokens());
    assertEquals(3, Vocabulary.of(texts, 1, 3, List.of(Vocabulary.UNKNOWN)).size());
    Path file = directory.resolve("words.txt");
    words.save(file);
    assertEquals(words.tokens(), Vocabulary.load(file).tokens());
    DataException error =
        assertThrows(DataException.class, () -> new Vocabulary(List.of("a", "b")).number("c"));
    assertEquals(
        "the token 'c' is not in the vocabulary of 2 tokens, and there is no <unk> in it; make it"
            + " with <unk> among the special tokens",
        error.getMessage());
    assertThrows(DataException.class, () -> words.token(9));
    assertThrows(DataException.class, () -> new Vocabulary(List.of("a", "a")));
  }

  @Test
  void textsOfDifferentLengthsAreFilledUp() {
    try (Scope scope = Scope.open()) {
      Batch batch =
          new PaddingCollate(9)
              .collate(
                  List.of(
                      Sample.of(Tensor.of(new long[] {1, 2, 3}, 3), 0),
                      Sample.of(Tensor.of(new long[] {4}, 1), 1)));
      assertArrayEquals(new long[] {1, 2, 3, 4, 9, 9}, batch.inputs().toLongArray());
      assertArrayEquals(new long[] {3, 1}, batch.get(PaddingCollate.LENGTHS).toLongArray());
      assertArrayEquals(new long[] {0, 1}, batch.targets().toLongArray());
    }
  }
}
