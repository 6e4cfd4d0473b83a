package ai.cresset.parallel.launch;

import ai.cresset.parallel.comm.Rendezvous;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a worker on this machine is told, thread or process. */
final class LocalWorkerContext implements WorkerContext {
  private static final Logger LOG = LoggerFactory.getLogger(LocalWorkerContext.class);

  private final Rendezvous rendezvous;
  private final int cores;
  private final Device device;
  private final byte[] secret;
  private final String host;
  private final Consumer<Progress> progress;
  private final List<AutoCloseable> resources = new ArrayList<>();
  private boolean aborted;

  LocalWorkerContext(
      Rendezvous rendezvous,
      int cores,
      Device device,
      byte[] secret,
      String host,
      Consumer<Progress> progress) {
    this.rendezvous = rendezvous;
    this.cores = cores;
    this.device = device;
    this.secret = secret.clone();
    this.host = host;
    this.progress = progress;
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
    return cores;
  }

  @Override
  public Device device() {
    return device;
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
  public String host() {
    return host;
  }

  @Override
  public void onAbort(AutoCloseable resource) {
    synchronized (resources) {
      if (!aborted) {
        resources.add(resource);
        return;
      }
    }
    close(resource);
  }

  @Override
  public void report(Progress line) {
    progress.accept(line);
  }

  /** Closes what was registered, now and later. Once. */
  void abort() {
    List<AutoCloseable> all;
    synchronized (resources) {
      aborted = true;
      all = List.copyOf(resources);
      resources.clear();
    }
    all.forEach(this::close);
  }

  private void close(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      LOG.warn("rank {} could not close {}", rank(), resource, e);
    }
  }
}
