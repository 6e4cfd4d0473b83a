package ai.cresset.jobs.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.DataException;
import ai.cresset.random.Generator;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TextGeneratorTest {
  private static final CharTokenizer LETTERS = CharTokenizer.of("abcd");

  /** Scores the letter after the last one highest. */
  private static float[] following(int[] tokens) {
    float[] scores = new float[4];
    scores[(tokens[tokens.length - 1] + 1) % 4] = 5;
    return scores;
  }

  @Test
  void temperatureZeroTakesTheLikeliest() {
    TextGenerator generator =
        new TextGenerator(TextGeneratorTest::following, 3, LETTERS, new TokenSampler(0, 0));
    assertEquals("bcdabcd", generator.continueText("bc", 5, new Generator(1)));
    assertEquals("bc", generator.continueText("bc", 0, new Generator(1)));
  }

  @Test
  void theModelSeesAtMostItsContext() {
    List<Integer> lengths = new ArrayList<>();
    TextGenerator generator =
        new TextGenerator(
            tokens -> {
              lengths.add(tokens.length);
              return following(tokens);
            },
            3,
            LETTERS,
            new TokenSampler(1, 0));
    generator.continueText("a", 4, new Generator(1));
    assertEquals(List.of(1, 2, 3, 3), lengths);
  }

  @Test
  void drawsFollowTheProbabilities() {
    float[] logits = {(float) Math.log(0.1), (float) Math.log(0.6), (float) Math.log(0.3)};
    int[] counts = new int[3];
    Generator random = new Generator(42);
    TokenSampler sampler = new TokenSampler(1, 0);
    IntStream.range(0, 20_000).forEach(i -> counts[sampler.choose(logits, random)]++);
    assertEquals(0.1, counts[0] / 20_000.0, 0.01);
    assertEquals(0.6, counts[1] / 20_000.0, 0.015);
  }

  @Test
  void topKLeavesTheOthersOut() {
    float[] logits = {1, 3, 2, 1};
    Generator random = new Generator(7);
    TokenSampler sampler = new TokenSampler(10, 2);
    for (int i = 0; i < 500; i++) {
      int token = sampler.choose(logits, random);
      assertTrue(token == 1 || token == 2, () -> "token " + token);
    }
  }

  @Test
  void theSameSeedWritesTheSameText() {
    TextGenerator generator =
        new TextGenerator(t -> new float[4], 3, LETTERS, new TokenSampler(1, 0));
    String text = generator.continueText("a", 50, new Generator(3));
    assertEquals(text, generator.continueText("a", 50, new Generator(3)));
    assertTrue(!text.equals(generator.continueText("a", 50, new Generator(4))));
  }

  @Test
  void promptsMustBeWritableAndNotEmpty() {
    TextGenerator generator =
        new TextGenerator(TextGeneratorTest::following, 3, LETTERS, new TokenSampler(1, 0));
    assertThrows(DataException.class, () -> generator.continueText("", 1, new Generator(1)));
    assertThrows(DataException.class, () -> generator.continueText("x", 1, new Generator(1)));
  }
}
