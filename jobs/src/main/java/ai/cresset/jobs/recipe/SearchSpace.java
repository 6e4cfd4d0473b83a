package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The trials of a search, as overrides of its recipe. */
public final class SearchSpace {
  private static final String NUMBER = "([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)";
  private static final Pattern RANGE =
      Pattern.compile("(log )?\\s*" + NUMBER + "\\s*\\.\\.\\s*" + NUMBER);

  private final SearchRecipe search;
  private final Map<String, String> values = new LinkedHashMap<>();

  /**
   * The space of a search.
   *
   * @throws ConfigException if it cannot be read
   */
  public SearchSpace(SearchRecipe search) {
    this.search = search;
    for (String each : search.space()) {
      int equals = each.indexOf('=');
      String key = equals < 0 ? "" : each.substring(0, equals).strip();
      if (key.isEmpty() || each.substring(equals + 1).isBlank()) {
        throw ConfigException.value(
            "space", "'" + each + "'", "key=a, b, c or key=low..high or key=log low..high");
      }
      if (values.put(key, each.substring(equals + 1).strip()) != null) {
        throw ConfigException.value("space", "'" + each + "'", "each setting once");
      }
    }
  }

  /** The overrides of each trial. */
  public List<List<String>> trials() {
    return search.method() == SearchRecipe.Method.GRID ? grid() : random();
  }

  private List<List<String>> grid() {
    List<List<String>> trials = List.of(List.of());
    for (Map.Entry<String, String> each : values.entrySet()) {
      if (RANGE.matcher(each.getValue()).matches()) {
        throw ConfigException.value(
            "space", "'" + each.getKey() + "=" + each.getValue() + "'", "values for method grid");
      }
      List<List<String>> longer = new ArrayList<>();
      for (List<String> before : trials) {
        for (String value : choices(each.getValue())) {
          List<String> trial = new ArrayList<>(before);
          trial.add(each.getKey() + "=" + value);
          longer.add(trial);
        }
      }
      trials = longer;
    }
    return trials;
  }

  private List<List<String>> random() {
    Random random = new Random(search.seed());
    List<List<String>> trials = new ArrayList<>();
    for (int i = 0; i < search.trials(); i++) {
      List<String> trial = new ArrayList<>();
      values.forEach((key, text) -> trial.add(key + "=" + any(key, text, random)));
      trials.add(trial);
    }
    return trials;
  }

  private static List<String> choices(String text) {
    return Arrays.stream(text.split(",")).map(String::strip).toList();
  }

  private static String any(String key, String text, Random random) {
    Matcher range = RANGE.matcher(text);
    if (!range.matches()) {
      List<String> choices = choices(text);
      return choices.get(random.nextInt(choices.size()));
    }
    double low = Double.parseDouble(range.group(2));
    double high = Double.parseDouble(range.group(3));
    boolean logarithm = range.group(1) != null;
    if (!(low < high) || (logarithm && low <= 0)) {
      throw ConfigException.value(
          "space",
          "'" + key + "=" + text + "'",
          "low below high" + (logarithm ? ", both above 0" : ""));
    }
    double place = random.nextDouble();
    boolean whole = isWhole(range.group(2)) && isWhole(range.group(3));
    if (whole && !logarithm) {
      return Long.toString((long) (low + place * (high - low + 1)));
    }
    double value =
        logarithm
            ? StrictMath.exp(
                StrictMath.log(low) + place * (StrictMath.log(high) - StrictMath.log(low)))
            : low + place * (high - low);
    return whole ? Long.toString(Math.round(value)) : String.format(Locale.ROOT, "%.4g", value);
  }

  private static boolean isWhole(String text) {
    return text.matches("[+-]?[0-9]+");
  }
}
