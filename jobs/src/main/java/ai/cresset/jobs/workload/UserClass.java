package ai.cresset.jobs.workload;

import ai.cresset.error.ConfigException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A class of the user's, from the jars that the job was started with.
 *
 * @param key the setting that names it
 * @param name with its package
 * @param type what it must extend
 */
public record UserClass<T>(String key, String name, Class<T> type) {
  /**
   * Its public constructor with these parameters.
   *
   * @throws ConfigException that says what is missing
   */
  public Constructor<? extends T> constructor(Class<?>... parameters) {
    Class<?> found;
    try {
      found = Class.forName(name, true, loader());
    } catch (ClassNotFoundException | LinkageError e) {
      throw ConfigException.value(
          key,
          name,
          "a class that driver and executors find (spark-submit --jars, or CRESSET_JARS with"
              + " deploy/local/run.sh), and there is none of this name: "
              + e);
    }
    if (!type.isAssignableFrom(found)) {
      throw ConfigException.value(
          key, name, "a class that extends " + type.getName() + ", which this one does not");
    }
    String wanted =
        Arrays.stream(parameters).map(Class::getSimpleName).collect(Collectors.joining(", "));
    try {
      Constructor<? extends T> constructor = found.asSubclass(type).getConstructor(parameters);
      boolean usable =
          Modifier.isPublic(found.getModifiers()) && !Modifier.isAbstract(found.getModifiers());
      if (usable) {
        return constructor;
      }
    } catch (NoSuchMethodException e) {
      throw ConfigException.value(
          key, name, "a class with a public constructor (" + wanted + "), which this one lacks");
    }
    throw ConfigException.value(key, name, "a public class that is not abstract");
  }

  /** A new object. */
  public T make(Class<?>[] parameters, Object... arguments) {
    try {
      return constructor(parameters).newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw ConfigException.value(
          key, name, "a class that can be made; its constructor throws " + e.getCause());
    } catch (ReflectiveOperationException e) {
      throw ConfigException.value(key, name, "a class that can be made: " + e);
    }
  }

  /** Spark gives its threads the loader of the user's jars. */
  private static ClassLoader loader() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return context == null ? UserClass.class.getClassLoader() : context;
  }
}
