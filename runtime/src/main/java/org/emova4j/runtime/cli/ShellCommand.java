package org.emova4j.runtime.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Settings;
import org.emova4j.runtime.Slice;
import picocli.CommandLine.Command;

/** All bundles, with Gogo on the terminal. */
@Command(
    name = "shell",
    description =
        "Starts all bundles and an interactive shell. Bundles put into the deploy folder start.",
    footer = {
      "",
      "Examples:",
      "  emova shell",
      "  echo 'parts' | emova shell",
      "",
      "In the shell: help, parts, styles, convert IN OUT speaker=female emotion=happy, lb, exit.",
    })
final class ShellCommand extends Subcommand {
  ShellCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws Exception {
    Settings settings = common.settings();
    // The shell talks to people, so System.out is what its name says again.
    System.setOut(
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
    try (Services services =
        environment.open(
            Slice.ALL, new Settings(settings.threads(), settings.modelsFolder(), true))) {
      services.awaitStop();
    }
    return 0;
  }
}
