package ai.cresset.spark.data;

import ai.cresset.data.arrow.DatasetSchema;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.expressions.UserDefinedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.ObjectConsumer;
import org.apache.spark.sql.catalyst.plans.logical.ObjectProducer;
import org.apache.spark.sql.catalyst.plans.logical.Range;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Names what a data set was asked to hold: source, plan, columns and settings. Equal names mean
 * equal requests; where that cannot be known there is no name.
 */
final class RequestFingerprint {
  private RequestFingerprint() {}

  static Optional<String> of(FrameScan scan, FrameWriterOptions options, Configuration hadoop)
      throws IOException {
    Dataset<Row> frame = scan.selected();
    LogicalPlan plan =
        ((org.apache.spark.sql.classic.Dataset<Row>) frame).queryExecution().analyzed();
    StringBuilder text = new StringBuilder();
    if (options.identity() != null) {
      text.append("identity ").append(options.identity()).append('\n');
    } else if (isKnown(plan)) {
      describe(plan.canonicalized(), 0, text);
      String[] files = frame.inputFiles();
      Arrays.sort(files);
      for (String file : files) {
        Path path = new Path(URI.create(file));
        FileStatus status = path.getFileSystem(hadoop).getFileStatus(path);
        text.append(file)
            .append(' ')
            .append(status.getLen())
            .append(' ')
            .append(status.getModificationTime())
            .append('\n');
      }
    } else {
      return Optional.empty();
    }
    DatasetSchema schema = scan.schema();
    text.append(schema).append('\n');
    text.append(options.maxBatchRows())
        .append(' ')
        .append(options.maxBatchBytes())
        .append(' ')
        .append(options.dropNulls());
    return Optional.of(hash(text.toString()));
  }

  /** All that a plan says about itself; Spark's own tree text leaves out what is long. */
  private static void describe(LogicalPlan plan, int depth, StringBuilder text) {
    text.append(depth).append(' ').append(plan.simpleString(Integer.MAX_VALUE)).append('\n');
    for (Expression expression : CollectionConverters.asJava(plan.expressions())) {
      text.append("  ").append(expression.sql()).append('\n');
    }
    if (plan instanceof LogicalRelation relation
        && relation.relation() instanceof HadoopFsRelation files) {
      text.append(files.fileFormat().getClass().getName()).append(' ');
      text.append(files.dataSchema().json()).append(' ');
      text.append(new TreeMap<>(CollectionConverters.asJava(files.options()))).append('\n');
    }
    for (LogicalPlan child : CollectionConverters.asJava(plan.children())) {
      describe(child, depth + 1, text);
    }
  }

  /** Whether the plan's text and its files say all about its rows. */
  private static boolean isKnown(LogicalPlan plan) {
    if (!plan.deterministic() || plan instanceof ObjectConsumer || plan instanceof ObjectProducer) {
      return false;
    }
    for (Expression expression : CollectionConverters.asJava(plan.expressions())) {
      if (hasCode(expression)) {
        return false;
      }
    }
    if (plan.children().isEmpty()) {
      return plan instanceof Range
          || (plan instanceof LogicalRelation relation
              && relation.relation() instanceof HadoopFsRelation);
    }
    for (LogicalPlan child : CollectionConverters.asJava(plan.children())) {
      if (!isKnown(child)) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasCode(Expression expression) {
    if (expression instanceof UserDefinedExpression || expression instanceof SubqueryExpression) {
      return true;
    }
    for (Expression child : CollectionConverters.asJava(expression.children())) {
      if (hasCode(child)) {
        return true;
      }
    }
    return false;
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
