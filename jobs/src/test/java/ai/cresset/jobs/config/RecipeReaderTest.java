package ai.cresset.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

final class RecipeReaderTest {
  public enum Colour {
    RED,
    DARK_BLUE,
    ON
  }

  public record Inner(
      int steps, double learningRate, boolean tied, Colour colour, List<Double> betas) {
    public Inner {
      Check.atLeast("train.steps", steps, 1);
      betas = List.copyOf(betas);
    }
  }

  public record Outer(Inner train, String name, List<String> names, long big) {}

  private static final String GOOD =
      """
      train:
        steps: 1_000
        learning_rate: 1e-3
        tied: true
        colour: dark_blue
        betas: [0.9, 0.99]
      name: a text   # and a comment
      names: ['*', "b\\n"]
      big: 9000000000
      """;

  private static Outer read(String text, String... overrides) {
    return RecipeReader.parse(Outer.class, "x.yaml", text, List.of(overrides));
  }

  private static String message(Executable refused) {
    return String.valueOf(assertThrows(ConfigException.class, refused).getMessage());
  }

  private static String refusal(String text, String... overrides) {
    return message(() -> read(text, overrides));
  }

  @Test
  void everyTypeIsRead() {
    assertEquals(
        new Outer(
            new Inner(1000, 1e-3, true, Colour.DARK_BLUE, List.of(0.9, 0.99)),
            "a text",
            List.of("*", "b\n"),
            9_000_000_000L),
        read(GOOD));
  }

  @Test
  void overridesReplaceByDottedPath() {
    Outer outer =
        read(
            GOOD,
            "train.steps=5",
            "train.betas=[0.5, 0.6]",
            "name=with = and: # signs, 'quotes' and &*",
            "names=[]",
            "train.colour=on",
            "train.learning_rate=.5");
    assertEquals(5, outer.train().steps());
    assertEquals(List.of(0.5, 0.6), outer.train().betas());
    assertEquals("with = and: # signs, 'quotes' and &*", outer.name());
    assertEquals(List.of(), outer.names());
    assertEquals(Colour.ON, outer.train().colour());
    assertEquals(0.5, outer.train().learningRate());
    assertEquals("", read(GOOD, "name=").name());
  }

  @Test
  void anOverrideMayGiveWhatTheFileLacks() {
    assertEquals("b", read(GOOD.replaceAll("name: a.*\n", ""), "name=b").name());
  }

  @Test
  void unknownKeysNameTheNearest() {
    assertEquals(
        "override 'trian.steps=5': unknown setting 'trian.steps'; did you mean 'train.steps'?",
        refusal(GOOD, "trian.steps=5"));
    assertEquals(
        "x.yaml line 2: unknown setting 'train.stesp'; did you mean 'train.steps'?",
        refusal(GOOD.replace("steps:", "stesp:")));
    assertEquals(
        "x.yaml line 2: unknown setting 'trian.steps'; did you mean 'train.steps'?",
        refusal(GOOD.replace("train:", "trian:")).replace("line 1", "line 2"));
    assertEquals(
        "override 'steps=5': unknown setting 'steps'; did you mean 'train.steps'?",
        refusal(GOOD, "steps=5"));
    assertEquals(
        "override 'train.zzzzzzzzz=5': unknown setting 'train.zzzzzzzzz'; the settings of train are"
            + " steps, learning_rate, tied, colour, betas",
        refusal(GOOD, "train.zzzzzzzzz=5"));
    assertEquals(
        "override 'qqqqqqqqqq=5': unknown setting 'qqqqqqqqqq'; the sections are train, name,"
            + " names, big",
        refusal(GOOD, "qqqqqqqqqq=5"));
  }

  @Test
  void missingKeysAreAllNamed() {
    assertEquals(
        "x.yaml: missing settings train.steps, big; a recipe names every setting",
        refusal(GOOD.replaceAll(" *steps: .*\n", "").replaceAll("big: .*\n", "")));
  }

  @Test
  void wrongTypesSayWhatWasExpected() {
    assertEquals(
        "override 'train.steps=many': train.steps: expected a whole number, got 'many'",
        refusal(GOOD, "train.steps=many"));
    assertEquals(
        "override 'train.steps=1.5': train.steps: expected a whole number, got '1.5'",
        refusal(GOOD, "train.steps=1.5"));
    assertEquals(
        "override 'train.steps=5k': train.steps: expected a whole number without a unit, got '5k'",
        refusal(GOOD, "train.steps=5k"));
    assertEquals(
        "override 'big=64 MiB': big: expected a whole number without a unit, got '64 MiB'",
        refusal(GOOD, "big=64 MiB"));
    assertEquals(
        "override 'train.learning_rate=10%': train.learning_rate: expected a number without a unit,"
            + " got '10%'",
        refusal(GOOD, "train.learning_rate=10%"));
    assertEquals(
        "override 'train.steps=3000000000': train.steps: expected a whole number from -2147483648 to"
            + " 2147483647, got '3000000000'",
        refusal(GOOD, "train.steps=3000000000"));
    assertTrue(
        refusal(GOOD, "big=99999999999999999999").contains("expected a whole number from -922"));
    assertEquals(
        "override 'train.learning_rate=nan': train.learning_rate: expected a number, got 'nan'",
        refusal(GOOD, "train.learning_rate=nan"));
    assertEquals(
        "x.yaml line 4: train.tied: expected true or false, got 'yes'",
        refusal(GOOD.replace("tied: true", "tied: yes")));
    assertEquals(
        "override 'train.colour=blue': train.colour: expected one of red, dark_blue, on, got"
            + " 'blue'",
        refusal(GOOD, "train.colour=blue"));
    assertEquals(
        "override 'names=a': names: expected a list such as [a, b], got 'a'",
        refusal(GOOD, "names=a"));
    assertEquals(
        "override 'train.betas=[0.9, x]': train.betas[1]: expected a number, got 'x'",
        refusal(GOOD, "train.betas=[0.9, x]"));
    assertEquals(
        "x.yaml line 2: train.steps: expected one value, got a list of 1",
        refusal(GOOD.replace("1_000", "[1]")));
    assertEquals(
        "x.yaml line 7: name: expected text ('' for none), got nothing",
        refusal(GOOD.replace("a text", "")));
    assertTrue(refusal("train: 5\nname: a\nnames: []\nbig: 1\n").contains("a section with steps"));
  }

  @Test
  void aRecordsOwnCheckSaysWhereTheValueWasWritten() {
    assertEquals(
        "x.yaml line 2: train.steps: expected a whole number from 1, got 0",
        refusal(GOOD.replace("1_000", "0")));
    assertEquals(
        "override 'train.steps=-3': train.steps: expected a whole number from 1, got -3",
        refusal(GOOD, "train.steps=-3"));
  }

  @Test
  void overridesMustBeSettingsOnce() {
    assertEquals(
        "override 'train.steps': expected key=value, such as train.steps=500",
        refusal(GOOD, "train.steps"));
    assertEquals(
        "override 'train=5': 'train' is a section; set one of its keys: steps, learning_rate, tied,"
            + " colour, betas",
        refusal(GOOD, "train=5"));
    assertEquals("override 'big=2': 'big' is overridden twice", refusal(GOOD, "big=1", "big=2"));
  }

  @Test
  void onlyPlainYamlPasses() {
    assertEquals("x.yaml line 10: the key 'big' is there twice", refusal(GOOD + "big: 2\n"));
    assertTrue(
        refusal(GOOD.replace("a text", "!!java.lang.String a")).contains("type tag"),
        refusal(GOOD.replace("a text", "!!java.lang.String a")));
    assertTrue(refusal(GOOD.replace("['*'", "&a ['*'")).startsWith("x.yaml line 8: anchors and"));
    assertTrue(refusal(GOOD.replace("'*'", "*name")).contains("anchors and aliases"));
    assertEquals(
        "x.yaml line 8: not valid YAML: while scanning an alias, unexpected character found"
            + " .(46); put a value that begins with * or & in quotes",
        refusal(GOOD.replace("'*'", "*.scala")));
    assertTrue(refusal(GOOD + "---\nbig: 1\n").contains("a second document begins here"));
    assertTrue(refusal(GOOD + "  x: [\n").startsWith("x.yaml line "));
    assertEquals("x.yaml: is empty", refusal("# nothing\n"));
    assertTrue(refusal("- 1\n").contains("expected sections such as 'train:'"));
  }

  @Test
  void placeholdersNeedTheirVariable() {
    String before = System.getProperty("cresset.home", "");
    try {
      System.setProperty("cresset.home", "/somewhere");
      assertEquals("/somewhere/x ${other}", read(GOOD, "name=${cresset.home}/x ${other}").name());
      System.clearProperty("cresset.home");
      assertTrue(
          refusal(GOOD, "name=${cresset.home}/x").contains("which only deploy/local/run.sh sets"));
    } finally {
      System.setProperty("cresset.home", before);
    }
  }

  @Test
  void aMissingFileIsNamed(@TempDir Path directory) throws Exception {
    Path absent = directory.resolve("absent.yaml");
    assertTrue(
        message(() -> RecipeReader.read(Outer.class, absent, List.of()))
            .startsWith("the recipe " + absent + " does not exist"));
    Path latin = Files.write(directory.resolve("latin.yaml"), new byte[] {'a', (byte) 0xe9});
    assertTrue(
        message(() -> RecipeReader.read(Outer.class, latin, List.of()))
            .endsWith("is not UTF-8 text; convert it to UTF-8"));
  }

  @Test
  void whatIsPrintedIsReadBackEqual() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String alphabet = "aZ09 :#'\"\\\n\t-[]{}&*!|>%@`,?=~.\u00e9\u2028\ufeff/";
    for (int i = 0; i < 500; i++) {
      StringBuilder name = new StringBuilder();
      for (int length = random.nextInt(8); length > 0; length--) {
        name.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      Outer outer =
          new Outer(
              new Inner(
                  1 + random.nextInt(1000),
                  random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20),
                  random.nextBoolean(),
                  Colour.values()[random.nextInt(3)],
                  List.of(random.nextDouble())),
              name.toString(),
              List.of(name.toString(), "true", "null", "1", "on", ""),
              random.nextLong());
      String printed = RecipePrinter.print(outer);
      assertEquals(outer, read(printed), () -> "seed " + seed + ":\n" + printed);
    }
  }
}
