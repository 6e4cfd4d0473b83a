package ai.cresset.jobs.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.DataException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class TokenizerTest {
  private static final String MIXED = "e\u0301 \ud83d\ude00 z\u00df\u4e2d\n";

  private static String message(Executable refused) {
    return String.valueOf(assertThrows(DataException.class, refused).getMessage());
  }

  @Test
  void charactersAreCodePointsInOrder() {
    CharTokenizer tokenizer = CharTokenizer.of("hello world\n\ud83d\ude00\u00e9");
    assertEquals("\n dehlorw\u00e9\ud83d\ude00", tokenizer.characters());
    assertEquals(11, tokenizer.vocabularySize());
    assertArrayEquals(new int[] {4, 3, 5, 5, 6, 10}, tokenizer.encode("hello\ud83d\ude00"));
    assertEquals("hello\ud83d\ude00", tokenizer.decode(4, 3, 5, 5, 6, 10));
  }

  @Test
  void combiningCharactersStayApart() {
    CharTokenizer tokenizer = CharTokenizer.of(MIXED);
    assertEquals(MIXED, tokenizer.decode(tokenizer.encode(MIXED)));
    assertEquals(MIXED.codePointCount(0, MIXED.length()), tokenizer.encode(MIXED).length);
  }

  @Test
  void unknownCharactersAreNamed() {
    CharTokenizer tokenizer = CharTokenizer.of("abc");
    assertEquals(
        "the character '\u00e9' (U+00E9 LATIN SMALL LETTER E WITH ACUTE) at position 1 is not among"
            + " the 3 characters of the text that the model was trained on",
        message(() -> tokenizer.encode("a\u00e9")));
    assertTrue(
        message(() -> tokenizer.encode("a\ud83d\ude00")).contains("(U+1F600 GRINNING FACE)"));
    assertTrue(
        message(() -> tokenizer.encode("\n"))
            .startsWith("the character (U+000A LINE FEED (LF)) at position 0"));
  }

  @Test
  void bytesAreUtf8() {
    ByteTokenizer tokenizer = new ByteTokenizer();
    assertArrayEquals(new int[] {'a', 0xc3, 0xa9}, tokenizer.encode("a\u00e9"));
    assertEquals("a\u00e9", tokenizer.decode('a', 0xc3, 0xa9));
    assertEquals("\ufffda", tokenizer.decode(0xc3, 'a'));
    assertThrows(DataException.class, () -> tokenizer.decode(256));
    assertThrows(DataException.class, () -> tokenizer.encode("\ud83d"));
  }

  @Test
  void numbersThatAreNoTokensAreRefused() {
    assertEquals(
        "token 3 at position 1 is no character: expected 0 to 2",
        message(() -> CharTokenizer.of("abc").decode(0, 3)));
  }

  @Test
  void anyTextComesBack() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      String text =
          random
              .ints(random.nextInt(50), 0, Character.MAX_CODE_POINT + 1)
              .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      for (Tokenizer tokenizer : new Tokenizer[] {CharTokenizer.of(text), new ByteTokenizer()}) {
        int[] tokens = tokenizer.encode(text);
        assertEquals(text, tokenizer.decode(tokens), () -> "seed " + seed);
        assertEquals(tokens.length, tokenizer.count(text), () -> "seed " + seed);
      }
    }
  }

  @Test
  void filesHoldThemWhole() {
    for (Tokenizer tokenizer : new Tokenizer[] {CharTokenizer.of(MIXED), new ByteTokenizer()}) {
      assertEquals(tokenizer, TokenizerFile.read("t.json", TokenizerFile.write(tokenizer)));
    }
  }

  @Test
  void damagedFilesAreRefused() {
    for (String text :
        new String[] {
          "",
          "{",
          "[]",
          "{\"kind\":\"bpe\"}",
          "{\"kind\":\"char\"}",
          "{\"kind\":\"char\",\"characters\":[\"b\",\"a\"]}",
          "{\"kind\":\"char\",\"characters\":[\"ab\"]}",
          "{\"kind\":\"char\",\"characters\":[\"\"]}"
        }) {
      assertTrue(message(() -> TokenizerFile.read("t.json", text)).startsWith("t.json: "), text);
    }
  }
}
