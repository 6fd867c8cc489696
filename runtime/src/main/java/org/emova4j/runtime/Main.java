package org.emova4j.runtime;

import java.io.IOException;
import org.emova4j.runtime.cli.Console;
import org.emova4j.runtime.cli.EmovaCommandLine;
import org.emova4j.runtime.cli.Environment;

/** The process: the command line over a framework that is started when a command needs it. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    Console console = Console.takeSystem();
    String version = Main.class.getPackage().getImplementationVersion();
    Environment environment =
        new Environment() {
          @Override
          public Console console() {
            return console;
          }

          @Override
          public Services open(Slice slice, Settings settings) throws IOException {
            return OsgiServices.open(Distribution.current(), slice, settings, true);
          }

          @Override
          public Slice nearest(Slice slice) {
            return Distribution.current().nearest(slice);
          }

          @Override
          public Services inspect(Slice slice, Settings settings) throws IOException {
            return OsgiServices.open(Distribution.current(), slice, settings, false);
          }
        };
    String shown = version == null ? "(development)" : version;
    System.exit(new EmovaCommandLine(environment, shown).execute(arguments));
  }
}
