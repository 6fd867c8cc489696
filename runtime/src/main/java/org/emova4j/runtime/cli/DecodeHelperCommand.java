package org.emova4j.runtime.cli;

import org.emova4j.api.audio.AudioReader;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Settings;
import org.emova4j.runtime.Slice;
import org.emova4j.runtime.isolate.DecodeHelper;
import picocli.CommandLine.Command;

/** The process that {@code batch --isolate} starts for itself. */
@Command(
    name = DecodeHelperCommand.NAME,
    hidden = true,
    description = "Decodes files for a batch that asks through pipes.")
final class DecodeHelperCommand extends Subcommand {
  static final String NAME = "decode-helper";

  DecodeHelperCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws Exception {
    try (Services services = environment.open(Slice.AUDIO, Settings.DEFAULT)) {
      new DecodeHelper(services.require(AudioReader.class), () -> Runtime.getRuntime().halt(0))
          .serve(console().in(), console().out());
    }
    return 0;
  }
}
