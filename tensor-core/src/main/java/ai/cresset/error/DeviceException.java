package ai.cresset.error;

/** Absent devices and tensors on different ones. */
public final class DeviceException extends CressetException {
  private static final long serialVersionUID = 1L;

  private DeviceException(String message) {
    super(message);
  }

  private DeviceException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Two tensors of one operation on different devices. */
  public static DeviceException mismatch(String op, Object left, Object right) {
    return new DeviceException(
        op + ": tensors are on " + left + " and " + right + "; move one of them with to(Device)");
  }

  /** A backend that is not here. */
  public static DeviceException absent(Object device, String reason, String remedy) {
    return new DeviceException("device " + device + " is not available: " + reason + "; " + remedy);
  }

  /** Anything else about devices: what is wrong and what to change. */
  public static DeviceException because(String what) {
    return new DeviceException(what);
  }

  /** Anything else about devices, with what lies behind it. */
  public static DeviceException because(String what, Throwable cause) {
    return new DeviceException(what, cause);
  }

  /**
   * Memory of a device that does not suffice.
   *
   * @param state what is in use, as text
   */
  public static DeviceException outOfMemory(Object device, long wantedBytes, String state) {
    return new DeviceException(
        "device "
            + device
            + " is out of memory: "
            + wantedBytes
            + " bytes were wanted, "
            + state
            + "; make batches smaller, recompute activations, or give the device to fewer"
            + " processes");
  }

  /** A native call that failed. */
  public static DeviceException failed(String what, Throwable cause) {
    return new DeviceException(what + " failed: " + cause.getMessage(), cause);
  }
}
