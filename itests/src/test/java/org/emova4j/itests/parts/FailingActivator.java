package org.emova4j.itests.parts;

import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Can't start. */
public final class FailingActivator implements BundleActivator {
  @Override
  public void start(BundleContext context) {
    throw new IllegalStateException("the activator can't find its licence");
  }

  @Override
  public void stop(BundleContext context) {}
}
