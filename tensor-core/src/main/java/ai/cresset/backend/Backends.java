package ai.cresset.backend;

import ai.cresset.error.DeviceException;
import ai.cresset.type.Device;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The backends present in this process, one for each device. */
public final class Backends {
  private static final Logger LOG = LoggerFactory.getLogger(Backends.class);
  private static final Map<Device, Backend> OPEN = new ConcurrentHashMap<>();

  private Backends() {}

  /** How a backend package announces itself, through {@link ServiceLoader}. */
  public interface Provider {
    /** The kind of devices this opens. */
    Device.Kind kind();

    /**
     * Opens a device of that kind.
     *
     * @throws DeviceException if it is absent, with the reason and the remedy
     */
    Backend open(Device device);
  }

  /**
   * The backend of a device, opened on first use.
   *
   * @throws DeviceException if it is absent, with the reason and the remedy
   */
  public static Backend of(Device device) {
    Backend open = OPEN.get(device);
    return open != null ? open : OPEN.computeIfAbsent(device, Backends::open);
  }

  private static Backend open(Device device) {
    Optional<Provider> provider =
        ServiceLoader.load(Provider.class, Backends.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .filter(each -> each.kind() == device.kind())
            .findFirst();
    Backend backend =
        provider
            .orElseThrow(
                () ->
                    DeviceException.absent(
                        device,
                        "no backend for " + device.kind() + " is on the class path",
                        "add the module that holds it"))
            .open(device);
    LOG.info("device {}: {}", device, backend.description());
    return backend;
  }
}
