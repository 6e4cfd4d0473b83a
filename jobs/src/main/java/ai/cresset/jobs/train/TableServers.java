package ai.cresset.jobs.train;

import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.jobs.recipe.ParallelSettings;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.recipe.RecommenderRecipe;
import ai.cresset.jobs.recipe.ServerSettings;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.launch.Launcher;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.parallel.server.ServerAccount;
import ai.cresset.parallel.server.ServerGroup;
import ai.cresset.parallel.server.ServerOptions;
import ai.cresset.parallel.server.TableSpec;
import ai.cresset.parallel.server.apart.ServerHost;
import ai.cresset.parallel.server.apart.ServerPlan;
import ai.cresset.parallel.server.apart.ServersApart;
import ai.cresset.spark.checkpoint.HadoopCheckpointStore;
import java.io.Serializable;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.jspecify.annotations.Nullable;

/**
 * The parameter servers of a job: beside the workers, or in processes of their own that the driver
 * starts.
 *
 * @param parallel says whether channels are encrypted
 * @param options what all agree on
 * @param snapshots where rows are stored
 * @param plan of servers on their own; null for one beside each worker
 */
record TableServers(
    ParallelSettings parallel,
    ServerOptions options,
    ServerPlan.StoreOpener snapshots,
    @Nullable ServerPlan plan)
    implements Serializable {
  /** Where rows are stored, with scheme. */
  private record Snapshots(String location) implements ServerPlan.StoreOpener {
    @Override
    public CheckpointStore open() {
      return HadoopCheckpointStore.open(location, SparkHadoopUtil.get().conf());
    }
  }

  /** A process that only serves, with channels as the workers have them. */
  private record Server(ServerHost host, ParallelSettings parallel)
      implements Worker<ServerAccount> {
    @Override
    public ServerAccount run(WorkerContext context) {
      return host.serve(context, encrypts(parallel, context));
    }
  }

  /** What runs beside the workers until they have ended. */
  interface Attendance extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Those of a recipe.
   *
   * @param tables of the model
   * @param location where rows are stored, with scheme
   */
  static TableServers of(RecommenderRecipe recipe, List<TableSpec> tables, String location) {
    ServerOptions options = recipe.servers().options(tables, recipe.train());
    Snapshots snapshots = new Snapshots(location);
    int servers = numOwn(recipe);
    ServerPlan plan =
        servers == 0
            ? null
            : ServerPlan.of(
                servers,
                recipe.spark().workers(),
                options,
                snapshots,
                UUID.randomUUID().toString());
    return new TableServers(recipe.parallel(), options, snapshots, plan);
  }

  /** How many slots a recipe needs for servers of their own. */
  static int numOwn(Recipe recipe) {
    return recipe instanceof RecommenderRecipe recommender
            && recommender.servers().placement() == ServerSettings.Placement.OWN
        ? recommender.servers().count()
        : 0;
  }

  private static boolean encrypts(ParallelSettings parallel, WorkerContext context) {
    return Connection.options(parallel, context.encryptChannels()).encrypt();
  }

  /** A worker's way to the servers; every worker calls it. */
  ServerGroup meet(WorkerContext context, @Nullable ProcessGroup group) {
    return plan == null
        ? ServerGroup.beside(
            group, context.attempt(), context.host(), context.secret(), options, snapshots.open())
        : plan.connect(group, context.attempt(), encrypts(parallel, context));
  }

  /**
   * Starts those that have processes of their own, for as long as workers run.
   *
   * @param launchers of one process each, by a name for people
   */
  Attendance start(Function<String, Launcher> launchers, Consumer<String> notices) {
    if (plan == null) {
      return () -> {};
    }
    ServersApart servers =
        ServersApart.start(
            plan,
            host ->
                launchers
                    .apply("parameter server " + host.server())
                    .launch(new Server(host, parallel))
                    .get(0),
            notices);
    return servers::close;
  }
}
