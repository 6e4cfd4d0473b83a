package ai.cresset.parallel.comm;

import ai.cresset.error.CommunicationException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The operations of a group, one at a time, in the order of submission. A caller who waits anyway
 * runs its operation itself when nothing is before it: the hop to another thread would cost more
 * than a small message.
 */
final class OperationQueue implements AutoCloseable {
  private final String name;
  private final Consumer<Operation> runner;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<Entry> waiting = new ArrayDeque<>();
  private @Nullable Thread thread;
  private long collectives;
  private boolean busy;
  private boolean closed;

  /** An operation and who runs it: its caller, who waits, or the group's thread. */
  private static final class Entry {
    private final Operation operation;
    private final boolean byCaller;

    Entry(Operation operation, boolean byCaller) {
      this.operation = operation;
      this.byCaller = byCaller;
    }
  }

  /**
   * @param name of the thread, which starts with the first asynchronous operation
   * @param runner carries out an operation and ends it; never throws
   */
  OperationQueue(String name, Consumer<Operation> runner) {
    this.name = name;
    this.runner = runner;
  }

  /** Runs {@code operation} after those before it, and returns at once. */
  Work submit(Operation operation) {
    lock.lock();
    try {
      admit(operation);
      waiting.add(new Entry(operation, false));
      if (thread == null) {
        thread = new Thread(this::work, name);
        thread.setDaemon(true);
        thread.start();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    return operation;
  }

  /** Runs {@code operation} after those before it, and waits. */
  void run(Operation operation) {
    lock.lock();
    try {
      admit(operation);
      Entry entry = new Entry(operation, true);
      waiting.add(entry);
      while (busy || waiting.peek() != entry) {
        changed.awaitUninterruptibly();
      }
      waiting.remove();
      busy = true;
    } finally {
      lock.unlock();
    }
    execute(operation);
    operation.await();
  }

  /** Whether the caller is the group's thread, and not one that waits for its operation. */
  boolean isOwnThread() {
    lock.lock();
    try {
      return Thread.currentThread() == thread;
    } finally {
      lock.unlock();
    }
  }

  private void admit(Operation operation) {
    if (closed) {
      operation.end(null);
      throw CommunicationException.because("the process group is closed; connect a new one");
    }
    if (operation.isCollective()) {
      operation.number(collectives++);
    }
  }

  private void execute(Operation operation) {
    try {
      runner.accept(operation);
    } finally {
      lock.lock();
      try {
        busy = false;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private void work() {
    while (true) {
      Operation next;
      lock.lock();
      try {
        // Operations of waiting callers stay in the queue until their callers run them.
        while (busy || waiting.isEmpty() || waiting.peek().byCaller) {
          if (closed && waiting.isEmpty()) {
            return;
          }
          changed.awaitUninterruptibly();
        }
        next = waiting.remove().operation;
        busy = true;
      } finally {
        lock.unlock();
      }
      execute(next);
    }
  }

  /** Takes no more operations and waits for those before. */
  @Override
  public void close() {
    Thread worker;
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      while (busy || !waiting.isEmpty()) {
        changed.awaitUninterruptibly();
      }
      worker = thread;
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (worker != null && worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
