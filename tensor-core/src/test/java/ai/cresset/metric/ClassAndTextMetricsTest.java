package ai.cresset.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.DataException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Figures beside those of scikit-learn and of NLTK for the same input. */
@NullUnmarked
class ClassAndTextMetricsTest {
  private final Allocator allocator = Allocator.create("test", 1L << 24);
  private Allocator.Binding bound;
  private Scope scope;

  @BeforeEach
  void bind() {
    bound = allocator.bind();
    scope = Scope.open("test");
  }

  @AfterEach
  void nothingIsLeft() {
    scope.close();
    bound.close();
    allocator.close();
  }

  @Test
  void aTargetCountsAmongTheBestClasses() {
    Tensor scores = Tensor.of(new float[][] {{3, 2, 1}, {1, 2, 3}, {2, 2, 1}, {0, 0, 9}});
    Tensor targets = Tensor.of(new long[] {1, 0, 1, -100}, 4);
    TopKAccuracy one = new TopKAccuracy(1);
    one.update(scores, targets);
    TopKAccuracy two = new TopKAccuracy(2);
    two.update(scores, targets);
    assertEquals(0, one.value());
    assertEquals(2 / 3.0, two.value());
    two.merge(new double[] {1, 1});
    assertEquals(0.75, two.value());
  }

  @Test
  void precisionRecallAndF1AreThoseOfScikitLearn() {
    ConfusionMatrix matrix = new ConfusionMatrix(4);
    int[] wanted = {0, 0, 0, 1, 1, 2, 2, 2, 2};
    int[] predicted = {0, 0, 1, 1, 2, 2, 2, 0, 2};
    for (int i = 0; i < wanted.length; i++) {
      matrix.add(wanted[i], predicted[i]);
    }
    assertEquals(2 / 3.0, matrix.of(0).precision());
    assertEquals(2 / 3.0, matrix.of(0).recall());
    assertEquals(0.5, matrix.of(1).f1());
    assertEquals(0.75, matrix.of(2).f1());
    assertEquals(new ConfusionMatrix.Scores(0, 0, 0), matrix.of(3));
    assertEquals(6 / 9.0, matrix.value());
    assertEquals(6 / 9.0, matrix.micro().f1());
    assertEquals((2 / 3.0 + 0.5 + 0.75) / 3, matrix.macro().f1(), 1e-15);
    assertEquals(1, matrix.count(2, 0));
    assertThrows(DataException.class, () -> matrix.add(4, 0));
    ConfusionMatrix other = new ConfusionMatrix(4);
    other.merge(matrix.sums());
    assertEquals(matrix.value(), other.value());
  }

  @Test
  void aMatrixOfScores() {
    ConfusionMatrix matrix = new ConfusionMatrix(3);
    matrix.update(Tensor.of(new float[][] {{3, 2, 1}, {1, 2, 3}}), Tensor.of(new long[] {1, 2}, 2));
    assertEquals(1, matrix.count(1, 0));
    assertEquals(0.5, matrix.value());
    Tensor two = Tensor.of(new float[][] {{1, 2}});
    assertThrows(ShapeException.class, () -> matrix.update(two, Tensor.of(new long[] {0}, 1)));
  }

  @Test
  void errorsOfQuantities() {
    RegressionErrors errors = new RegressionErrors();
    errors.update(
        Tensor.of(new float[] {2.5f, 0, 2, 8}, 4), Tensor.of(new float[] {3, -0.5f, 2, 7}, 4));
    assertEquals(0.5, errors.meanAbsoluteError());
    assertEquals(0.375, errors.meanSquaredError());
    assertEquals(0.9486081370449679, errors.r2(), 1e-12);
    RegressionErrors twice = new RegressionErrors();
    twice.merge(errors.sums());
    twice.merge(errors.sums());
    assertEquals(errors.r2(), twice.r2(), 1e-12);
  }

  @Test
  void bleuIsThatOfTheCorpus() {
    Bleu bleu = new Bleu();
    bleu.update(words("the cat sat on the mat"), words("the cat sat on a mat"));
    // Parts 5/6, 3/5, 2/4, 1/3.
    assertEquals(Math.pow(5.0 / 6 * 3 / 5 * 2 / 4 * 1 / 3, 0.25), bleu.value(), 1e-12);
    bleu.reset();
    bleu.update(words("the cat sat on"), words("the cat sat on a mat"));
    assertEquals(Math.exp(1 - 6.0 / 4), bleu.value(), 1e-12);
    bleu.reset();
    bleu.update(words("the the the the"), words("the cat is here"));
    assertEquals(0, bleu.value());
    Bleu single = new Bleu(1);
    single.update(words("the the the the"), words("the cat is here"));
    assertEquals(0.25, single.value(), 1e-12);
  }

  private static List<String> words(String text) {
    return List.of(text.split(" "));
  }

  @Test
  void errorRatesCountEdits() {
    EditErrorRate characters = EditErrorRate.ofCharacters();
    characters.update("sitting", "kitten");
    assertEquals(3 / 6.0, characters.value());
    EditErrorRate words = EditErrorRate.ofWords();
    words.update("the  cat sat", "the cat has sat down");
    assertEquals(2 / 5.0, words.value());
    words.update("", "one");
    assertEquals(3 / 6.0, words.value());
    assertTrue(words.name().startsWith("word"));
  }
}
