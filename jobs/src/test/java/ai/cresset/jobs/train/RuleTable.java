package ai.cresset.jobs.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/**
 * Tables whose label follows from the other columns by a rule that is not linear, so that they can
 * be learned, and only by a model with a hidden layer.
 */
final class RuleTable {
  private RuleTable() {}

  /** Three classes with names, two numbers of very different size and two columns of names. */
  static Path customers(Path file, int rows) throws IOException {
    Random random = new Random(5);
    String[] cities = {"Rome", "Lima, Peru", "Oslo"};
    StringBuilder text = new StringBuilder("age,income,city,member,outcome\n");
    for (int i = 0; i < rows; i++) {
      double age = 18 + 60 * random.nextDouble();
      double income = 1000 + 50_000 * random.nextDouble();
      int city = random.nextInt(cities.length);
      boolean member = random.nextBoolean();
      double score = (member ? 1 : -1) * (age - 48) / 15 + (city - 1) + (income - 26_000) / 30_000;
      String outcome = score > 0.7 ? "buys" : score > -0.7 ? "looks" : "leaves";
      text.append(
          String.format(
              Locale.ROOT,
              "%.1f,%.2f,\"%s\",%s,%s%n",
              age,
              income,
              cities[city],
              member ? "yes" : "no",
              outcome));
    }
    return Files.writeString(file, text);
  }

  /** Six classes with numbers as names and six columns of numbers, the label in front. */
  static Path plants(Path file, int rows) throws IOException {
    Random random = new Random(6);
    double[][] centres = new double[12][6];
    for (double[] centre : centres) {
      for (int i = 0; i < centre.length; i++) {
        centre[i] = 1.5 * random.nextGaussian();
      }
    }
    StringBuilder text = new StringBuilder("Kind No;m1;m2;m3;m4;m5;m6\n");
    for (int i = 0; i < rows; i++) {
      int centre = random.nextInt(centres.length);
      text.append(10 * (centre % 6));
      for (double each : centres[centre]) {
        text.append(String.format(Locale.ROOT, ";%.3f", each + 0.5 * random.nextGaussian()));
      }
      text.append('\n');
    }
    return Files.writeString(file, text);
  }

  /** A quantity that is a product of two columns, and a column that says nothing. */
  static Path prices(Path file, int rows) throws IOException {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder("width,height,note,price\n");
    for (int i = 0; i < rows; i++) {
      double width = 1 + 3 * random.nextDouble();
      double height = 1 + 3 * random.nextDouble();
      text.append(
          String.format(
              Locale.ROOT,
              "%.3f,%.3f,%s,%.2f%n",
              width,
              height,
              random.nextBoolean() ? "new" : "old",
              1000 + 100 * width * height));
    }
    return Files.writeString(file, text);
  }
}
