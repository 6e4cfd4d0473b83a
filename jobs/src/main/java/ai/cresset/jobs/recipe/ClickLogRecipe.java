package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import ai.cresset.jobs.config.RecipePrinter;
import java.io.Serializable;

/**
 * A log of clicks that is made up, so that it is known how well they can be predicted. Columns:
 * click (0 or 1), user, item and page (ids), hour, price, and tags (an array of ids).
 *
 * @param etl {@code click_logs}
 * @param path the directory of Parquet files to make
 * @param rows how many
 * @param files how many files they are spread over
 * @param users ids of users, from 0
 * @param items ids of items
 * @param pages ids of pages
 * @param tags ids of tags, of which a row has 0 to 4
 * @param exponent of the power law of how frequent ids are, above 1
 * @param influential how many of the most frequent ids of each column have an influence
 * @param strength the deviation of an id's influence on the logit
 * @param bias added to the logit
 * @param seed the same seed makes the same rows
 */
public record ClickLogRecipe(
    Kind etl,
    String path,
    long rows,
    int files,
    long users,
    long items,
    long pages,
    int tags,
    double exponent,
    long influential,
    double strength,
    double bias,
    long seed)
    implements Serializable {
  /** What the {@code etl} command can make. */
  public enum Kind {
    /** A log of clicks. */
    CLICK_LOGS
  }

  public ClickLogRecipe {
    Check.notBlank("path", path);
    Check.atLeast("rows", rows, 1);
    Check.atLeast("files", files, 1);
    Check.atLeast("users", users, 1);
    Check.atLeast("items", items, 1);
    Check.atLeast("pages", pages, 1);
    Check.atLeast("tags", tags, 1);
    if (!(exponent > 1 && exponent <= 4)) {
      throw ConfigException.value("exponent", exponent, "a number above 1, up to 4");
    }
    Check.atLeast("influential", influential, 0);
    Check.notNegative("strength", strength);
  }

  /** All settings as YAML. */
  public String toYaml() {
    return RecipePrinter.print(this);
  }
}
