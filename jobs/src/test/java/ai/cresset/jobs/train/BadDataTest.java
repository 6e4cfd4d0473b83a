package ai.cresset.jobs.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.cresset.jobs.RunScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images and tables that cannot be used are refused in one line. */
final class BadDataTest {
  private static final String IMAGES = RunScript.HOME.resolve("conf/image-cnn.yaml").toString();
  private static final String TABLE = RunScript.HOME.resolve("conf/tabular-mlp.yaml").toString();

  @TempDir private Path directory = Path.of("");
  private int tables;
  private RefusedCommands commands = new RefusedCommands(directory);

  @BeforeEach
  void begin() {
    commands = new RefusedCommands(directory);
  }

  private Path images(String name) throws IOException {
    Path images = directory.resolve(name);
    new IdxFiles(3, 1, 6, 5).write(images, "", 12, 6);
    return images;
  }

  private void refusesImages(String name, String message, String... overrides) {
    List<String> arguments = new ArrayList<>(List.of("train", IMAGES, "data.path=" + name));
    arguments.addAll(List.of(overrides));
    commands.add(message.contains("data.layout") ? 2 : 1, "error: " + message, arguments);
  }

  @Test
  void images() throws IOException, InterruptedException {
    refusesImages("nowhere", "data.path: 'nowhere' does not exist (looked for file:DIR/nowhere)");
    Files.delete(images("three").resolve("t10k-labels-idx1-ubyte"));
    refusesImages(
        "three",
        "data.path: 'three' has no file t10k-labels-idx1-ubyte or t10k-labels-idx1-ubyte.gz");
    Files.write(
        images("magic").resolve("train-images-idx3-ubyte"),
        new byte[] {(byte) 0x89, 'P', 'N', 'G'});
    refusesImages(
        "magic",
        "train-images-idx3-ubyte: expected an IDX file of images, which begins with the bytes 00 00"
            + " 08 03, got 89 50 4e 47; name the directory of the original files");
    Path cut = images("cut").resolve("train-images-idx3-ubyte");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 100));
    refusesImages(
        "cut",
        "train-images-idx3-ubyte: truncated: its header promises 12 items of 30 bytes, 376 with the"
            + " header, it has 100; use another copy of it");
    IdxFiles.write(images("count").resolve("train-labels-idx1-ubyte"), new byte[11], 11);
    refusesImages(
        "count",
        "train-images-idx3-ubyte has 12 images, train-labels-idx1-ubyte has 11 labels; use files that"
            + " belong together");
    IdxFiles.write(
        images("once").resolve("train-labels-idx1-ubyte"),
        new byte[] {0, 1, 2, 0, 1, 2, 0, 9, 2, 0, 1, 2},
        12);
    refusesImages(
        "once",
        "train-labels-idx1-ubyte: the label 9 occurs once, at place 7; a class needs at least two"
            + " images, one to train and one to validate on");
    IdxFiles.write(
        images("range").resolve("t10k-labels-idx1-ubyte"), new byte[] {0, 1, 2, 0, 7, 2}, 6);
    refusesImages(
        "range",
        "t10k-labels-idx1-ubyte: the label at place 4 is 7, expected one of those that training"
            + " images have, [0, 1, 2]");
    refusesImages(
        "range",
        "train-labels-idx1-ubyte: the label at place 2 is 2, expected 0 to 1, because data.classes is"
            + " 2",
        "data.classes=2");
    Path cube = images("cube");
    Files.delete(cube.resolve("train-images-idx3-ubyte"));
    IdxFiles.write(cube.resolve("train-images-idx4-ubyte"), new byte[12 * 27], 12, 3, 3, 3);
    refusesImages(
        "cube",
        "data.layout: expected channels_last or channels_first, because images of"
            + " train-images-idx4-ubyte are 3 x 3 x 3 and could be either, got auto");
    Files.write(images("packed").resolve("train-labels-idx1-ubyte"), "not packed".getBytes(UTF_8));
    Files.move(
        directory.resolve("packed/train-labels-idx1-ubyte"),
        directory.resolve("packed/train-labels-idx1-ubyte.gz"));
    refusesImages(
        "packed",
        "train-labels-idx1-ubyte.gz: truncated or damaged: Not in GZIP format; use another copy of"
            + " it");
    commands.check();
  }

  private void refusesTable(int code, String text, String message, String... overrides)
      throws IOException {
    tables++;
    String name = "table" + tables + ".csv";
    Files.writeString(directory.resolve(name), text);
    List<String> arguments = new ArrayList<>(List.of("train", TABLE, "data.path=" + name));
    arguments.addAll(List.of(overrides));
    commands.add(code, "error: " + message.replace("NAME", name), arguments);
  }

  @Test
  void tables() throws IOException, InterruptedException {
    commands.add(
        1,
        "error: data.path: 'no.csv' does not exist (looked for file:DIR/no.csv)",
        List.of("train", TABLE, "data.path=no.csv"));
    refusesTable(
        1, "", "NAME: it is empty; expected a line with the names of the columns, then rows");
    refusesTable(1, "a,label\n", "NAME: it has a header and no rows; name a table with rows");
    refusesTable(
        2,
        "a,kind\n1,x\n",
        "data.label: expected one of the columns a, kind, got 'species'",
        "data.label=species");
    refusesTable(
        1,
        "a,a,label\n1,2,x\n",
        "NAME: column 2 is named 'a' as one before it; give every column a name of its own");
    refusesTable(
        2,
        "a,label\n1,x\n",
        "data.numeric: expected one of the columns a, label, got 'b'",
        "data.numeric=[b]");
    commands.check();
  }
}
