package ai.cresset.spark.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The columnar plan below one that only turns its batches into rows and chooses columns.
 *
 * @param plan gives columnar batches
 * @param ordinals where each output column of the whole plan is in them
 */
record ColumnarPlan(SparkPlan plan, List<Integer> ordinals) {
  /** Finds it; null when the plan does more than scan. */
  static @Nullable ColumnarPlan below(SparkPlan whole) {
    SparkPlan plan = whole;
    while (!plan.supportsColumnar()) {
      if (plan instanceof WholeStageCodegenExec stage) {
        plan = stage.child();
      } else if (plan instanceof InputAdapter adapter) {
        plan = adapter.child();
      } else if (plan instanceof ColumnarToRowExec rows) {
        plan = rows.child();
      } else if (plan instanceof ProjectExec project && onlyChooses(project)) {
        plan = project.child();
      } else {
        return null;
      }
    }
    Map<Long, Integer> places = new HashMap<>();
    List<Attribute> below = CollectionConverters.asJava(plan.output());
    for (int i = 0; i < below.size(); i++) {
      places.put(below.get(i).exprId().id(), i);
    }
    List<Attribute> above = CollectionConverters.asJava(whole.output());
    List<Integer> ordinals = new ArrayList<>();
    for (Attribute column : above) {
      Integer place = places.get(column.exprId().id());
      if (place == null) {
        return null;
      }
      ordinals.add(place);
    }
    return new ColumnarPlan(plan, ordinals);
  }

  private static boolean onlyChooses(ProjectExec project) {
    for (NamedExpression expression : CollectionConverters.asJava(project.projectList())) {
      if (!(expression instanceof AttributeReference)) {
        return false;
      }
    }
    return true;
  }
}
