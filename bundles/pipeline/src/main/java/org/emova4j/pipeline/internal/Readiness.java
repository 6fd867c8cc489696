package org.emova4j.pipeline.internal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.emova4j.api.health.Problem;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.condition.Condition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the system what is ready, as conditions (OSGi Core 8, chapter 57), and what is not, as
 * {@link Problem}s. A condition comes as soon as it holds, but goes only when it has not held for
 * as long as calls wait for a successor: a swap is no reason for anybody to stop. So long it also
 * takes until a problem is a warning in the log.
 *
 * <p>All is registered on one thread of its own: whoever brings a part holds locks.
 */
final class Readiness implements AutoCloseable {
  /** A tokenizer, a style module and a vocoder are there that fit together. */
  static final String CONVERSION = "emova.conversion";

  private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);

  private final BundleContext context;
  private final SpeechParts parts;
  private final ScheduledThreadPoolExecutor thread;
  private final Map<String, State> conditions = new HashMap<>();
  private final Map<Problem, ServiceRegistration<Problem>> problems = new HashMap<>();

  private static final class State {
    private Optional<ServiceRegistration<Condition>> registration = Optional.empty();
    private Optional<Long> lostAt = Optional.empty();
    private Optional<Future<?>> check = Optional.empty();
  }

  Readiness(BundleContext context, SpeechParts parts) {
    this.context = context;
    this.parts = parts;
    thread =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread made = new Thread(work, "emova-readiness");
              made.setDaemon(true);
              return made;
            });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.setRemoveOnCancelPolicy(true);
  }

  /** Parts or their configuration are others now. */
  void changed() {
    try {
      thread.execute(this::examine);
    } catch (RejectedExecutionException e) {
      LOG.trace("closed already", e);
    }
  }

  private void examine() {
    try {
      hold("emova.tokenizer", !parts.tokenizers().isEmpty());
      hold("emova.style", !parts.styles().isEmpty());
      hold("emova.vocoder", !parts.vocoders().isEmpty());
      hold("emova.modifier", !parts.modifiers().isEmpty());
      hold(CONVERSION, parts.incompleteness().isEmpty());
      show(new HashSet<>(parts.problems()));
    } catch (IllegalStateException e) {
      LOG.debug("The framework is stopping this bundle", e);
    }
  }

  private void hold(String id, boolean holds) {
    State state = conditions.computeIfAbsent(id, i -> new State());
    if (holds) {
      state.lostAt = Optional.empty();
      if (state.registration.isEmpty()) {
        state.registration =
            Optional.of(
                context.registerService(
                    Condition.class,
                    Condition.INSTANCE,
                    FrameworkUtil.asDictionary(Map.of(Condition.CONDITION_ID, id))));
        LOG.info("{} is ready", id);
      }
      return;
    }
    if (state.registration.isEmpty()) {
      return;
    }
    long lostAt = state.lostAt.orElseGet(System::nanoTime);
    state.lostAt = Optional.of(lostAt);
    long left = parts.swaps().patience().toNanos() - (System.nanoTime() - lostAt);
    if (left > 0) {
      state.check.ifPresent(c -> c.cancel(false));
      state.check = Optional.of(thread.schedule(this::examine, left, TimeUnit.NANOSECONDS));
      return;
    }
    LOG.warn(
        "{} is not ready any more{}",
        id,
        id.equals(CONVERSION) ? parts.incompleteness().map(": "::concat).orElse("") : "");
    state.registration.get().unregister();
    state.registration = Optional.empty();
  }

  private void show(Set<Problem> now) {
    for (Iterator<Map.Entry<Problem, ServiceRegistration<Problem>>> known =
            problems.entrySet().iterator();
        known.hasNext(); ) {
      Map.Entry<Problem, ServiceRegistration<Problem>> entry = known.next();
      if (!now.contains(entry.getKey())) {
        entry.getValue().unregister();
        known.remove();
      }
    }
    for (Problem problem : now) {
      problems.computeIfAbsent(
          problem,
          p -> {
            LOG.info("{}: {}", p.subject(), p.text());
            warnOf(p);
            return context.registerService(Problem.class, p, null);
          });
    }
  }

  /** A part whose fellow is on its way, as at the start, is no reason to warn. */
  private void warnOf(Problem problem) {
    Runnable warning =
        () -> {
          if (problems.containsKey(problem)) {
            LOG.warn("{}: {}", problem.subject(), problem.text());
          }
        };
    Future<?> unused =
        thread.schedule(warning, parts.swaps().patience().toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The framework takes the services of a stopped bundle back by itself. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
