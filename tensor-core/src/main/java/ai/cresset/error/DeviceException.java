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

  /** A native call that failed. */
  public static DeviceException failed(String what, Throwable cause) {
    return new DeviceException(what + " failed: " + cause.getMessage(), cause);
  }
}
