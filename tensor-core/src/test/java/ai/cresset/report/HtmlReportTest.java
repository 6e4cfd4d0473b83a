package ai.cresset.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.metric.ConfusionMatrix;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.NodeList;

class HtmlReportTest {
  private static final Series LOSS =
      new Series("loss <1>", new double[] {0, 10, 20, 30}, new double[] {3, Double.NaN, 1, 0.5});

  @Test
  void aChartIsWellFormedAndInsideItsFrame() throws Exception {
    LineChart chart = new LineChart("Loss & more", "step", List.of(LOSS));
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new java.io.ByteArrayInputStream(chart.svg().getBytes(UTF_8)));
    NodeList lines = document.getElementsByTagName("line");
    for (int i = 0; i < lines.getLength(); i++) {
      for (String name : List.of("x1", "x2")) {
        double x =
            Double.parseDouble(lines.item(i).getAttributes().getNamedItem(name).getNodeValue());
        assertTrue(x >= 0 && x <= 460, name + " " + x);
      }
    }
    String path =
        document.getElementsByTagName("path").item(0).getAttributes().getNamedItem("d").toString();
    assertEquals(2, path.split("M").length - 1, path); // the gap begins a second stroke
    assertEquals("Loss & more", document.getElementsByTagName("title").item(0).getTextContent());
    assertTrue(
        new LineChart("", "", List.of(new Series("", new double[1], new double[] {Double.NaN})))
            .isEmpty());
  }

  @Test
  void ticksAreRoundAndHoldEveryPoint() {
    double[][] ranges = {{0, 1}, {3, 3}, {-0.0004, 0.0007}, {1e7, 3e9}, {0, 0}, {12, 613}};
    for (double[] range : ranges) {
      AxisTicks ticks = AxisTicks.around(range[0], range[1]);
      assertTrue(ticks.least() <= range[0] && ticks.most() >= range[1], ticks.toString());
      List<Double> values = ticks.values();
      assertTrue(values.size() >= 2 && values.size() <= 9, values.toString());
      long labels = values.stream().map(ticks::label).distinct().count();
      assertEquals(values.size(), labels, values.stream().map(ticks::label).toList().toString());
    }
    assertEquals("0.2", AxisTicks.around(0, 1).label(0.2));
  }

  @Test
  void aPageNeedsNothingElseAndEscapesAllText() {
    ConfusionMatrix matrix = new ConfusionMatrix(2);
    matrix.add(0, 0);
    matrix.add(1, 0);
    SamplePrediction sample =
        new SamplePrediction("<script>", new Picture(1, 1, 1, new byte[1]), "<b>", "c", false);
    String html =
        new HtmlReport("a <run>")
            .section("figures")
            .table(Map.of("train.steps", "<3>"))
            .charts(List.of(new LineChart("Loss", "step", List.of(LOSS))))
            .confusion(matrix, List.of("cat & dog", "x"))
            .samples(List.of(sample))
            .text("<end>")
            .html();
    assertFalse(html.contains("<script"), html);
    assertFalse(html.contains("http"), html);
    assertTrue(html.contains("cat &amp; dog"));
    assertTrue(html.contains("&lt;3&gt;"));
    assertTrue(html.contains("data:image/png;base64,"));
    assertTrue(html.contains("expected &lt;b&gt;"));
    assertTrue(html.contains("0.5000"));
  }

  @Test
  void manyClassesGiveTheMeansAlone() {
    ConfusionMatrix matrix = new ConfusionMatrix(50);
    matrix.add(3, 3);
    List<String> names = IntStream.range(0, 50).mapToObj(i -> "class" + i).toList();
    String html = new HtmlReport("many").confusion(matrix, names).html();
    assertFalse(html.contains("class49"));
    assertTrue(html.contains("accuracy (micro precision, recall and F1) 1.0000"));
  }
}
