package ai.cresset.spark.launch;

import ai.cresset.parallel.comm.Rendezvous;
import ai.cresset.parallel.launch.Progress;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.spark.resource.WorkerResources;
import ai.cresset.type.Device;

/** What a worker in a Spark task is told. */
final class SparkWorkerContext implements WorkerContext {
  private final String launch;
  private final Rendezvous rendezvous;
  private final WorkerResources resources;
  private final byte[] secret;
  private final boolean encrypt;
  private final String host;
  private final Watchdog watchdog;
  private final DriverChannel driver;
  private volatile long lastStep;

  SparkWorkerContext(
      String launch,
      Rendezvous rendezvous,
      WorkerResources resources,
      byte[] secret,
      boolean encrypt,
      String host,
      Watchdog watchdog,
      DriverChannel driver) {
    this.launch = launch;
    this.rendezvous = rendezvous;
    this.resources = resources;
    this.secret = secret;
    this.encrypt = encrypt;
    this.host = host;
    this.watchdog = watchdog;
    this.driver = driver;
  }

  @Override
  public int rank() {
    return rendezvous.rank();
  }

  @Override
  public int worldSize() {
    return rendezvous.worldSize();
  }

  @Override
  public int attempt() {
    return rendezvous.attempt();
  }

  @Override
  public int cores() {
    return resources.cores();
  }

  @Override
  public Device device() {
    return resources.device();
  }

  @Override
  public Rendezvous rendezvous() {
    return rendezvous;
  }

  @Override
  public byte[] secret() {
    return secret.clone();
  }

  @Override
  public boolean encryptChannels() {
    return encrypt;
  }

  @Override
  public String host() {
    return host;
  }

  @Override
  public void onAbort(AutoCloseable resource) {
    watchdog.add(resource);
  }

  @Override
  public void report(Progress report) {
    lastStep = Math.max(lastStep, report.step());
    driver.send(new WorkerMessage.Report(launch, report));
  }

  /** The last step that the worker reported; 0 before the first. */
  long lastStep() {
    return lastStep;
  }
}
