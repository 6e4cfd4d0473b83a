package ai.cresset.spark.launch;

import ai.cresset.spark.launch.WorkerTask.RankResult;
import java.io.Serializable;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.resource.ResourceProfile;
import org.jspecify.annotations.Nullable;
import scala.Function1;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** A barrier stage with one task per partition, as one Spark job. */
final class BarrierJob {
  private BarrierJob() {}

  /** Partitions without rows, one for each worker. */
  static RDD<Integer> emptyPartitions(SparkContext context, int workers) {
    JavaRDD<Integer> indices =
        JavaSparkContext.fromSparkContext(context)
            .parallelize(IntStream.range(0, workers).boxed().toList(), workers);
    return indices.rdd();
  }

  /** Runs the job and waits: each rank's result, in any order. */
  static <T, R extends Serializable> RankResult[] run(
      RDD<T> partitions, WorkerTask<T, R> task, @Nullable ResourceProfile profile) {
    ClassTag<RankResult> tag = ClassTag$.MODULE$.apply(RankResult.class);
    Function1<scala.collection.Iterator<T>, scala.collection.Iterator<RankResult>> body =
        (Function1<scala.collection.Iterator<T>, scala.collection.Iterator<RankResult>>
                & Serializable)
            rows -> scalaIterator(task.run(CollectionConverters.asJava(rows)));
    RDD<RankResult> stage = partitions.barrier().mapPartitions(body, false, tag);
    if (profile != null) {
      stage.withResources(profile);
    }
    return (RankResult[]) stage.collect();
  }

  private static <E> scala.collection.Iterator<E> scalaIterator(Iterator<E> iterator) {
    return CollectionConverters.asScala(iterator);
  }
}
