package org.emova4j.runtime.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.List;
import org.emova4j.api.style.Style;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code emova} command: its subcommands, and what happens to wrong arguments. */
public final class EmovaCommandLine {
  private final CommandLine commandLine;
  private final Console console;

  public EmovaCommandLine(Environment environment, String version) {
    this.console = environment.console();
    Top top = new Top();
    commandLine = new CommandLine(top);
    commandLine.getCommandSpec().version("emova4j " + version);
    for (Object command :
        List.of(
            new ConvertCommand(environment),
            new TokenizeCommand(environment),
            new SynthesizeCommand(environment),
            new BatchCommand(environment),
            new StylesCommand(environment),
            new ProbeCommand(environment),
            new ImageCommand(environment),
            new ChatCommand(environment),
            new AsrCommand(environment),
            new SayCommand(environment),
            new TalkCommand(environment),
            new ServeCommand(environment),
            ModelsCommand.commandLine(environment),
            new BundlesCommand(environment),
            new ShellCommand(environment),
            new DoctorCommand(environment),
            new DecodeHelperCommand(environment),
            new BenchCommand(environment))) {
      commandLine.addSubcommand(command);
    }
    if (hasEvaluation()) {
      commandLine.addSubcommand(new EvalCommand(environment));
      commandLine.addSubcommand(new CompareCommand(environment));
      commandLine.addSubcommand(new EvalSpeedCommand(environment));
    }
    commandLine.addSubcommand(new HelpCommand());
    share(top.common, commandLine);
    commandLine.registerConverter(Style.Level.class, Style.Level::parse);
    commandLine.setOut(new PrintWriter(console.out(), true, UTF_8));
    commandLine.setErr(new PrintWriter(console.err(), true, UTF_8));
    commandLine.setParameterExceptionHandler(this::wrongUsage);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setUsageHelpWidth(100);
    commandLine.setAbbreviatedOptionsAllowed(false);
  }

  /** Distributions for one purpose have no evaluation. */
  private static boolean hasEvaluation() {
    try {
      Class.forName("org.emova4j.eval.Evaluation", false, EmovaCommandLine.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static void share(CommonOptions common, CommandLine command) {
    if (command.getCommand() instanceof Subcommand subcommand) {
      subcommand.common = common;
    }
    command.getSubcommands().values().forEach(c -> share(common, c));
  }

  /** Runs a command and returns the exit code: 0 ok, 1 failed, 2 wrong usage. */
  public int execute(String... arguments) {
    int code = commandLine.execute(arguments);
    if (code == ExitCode.OK && console.out().checkError()) { // help; commands check theirs
      console.err().println("emova: standard output can't be written");
      return ExitCode.SOFTWARE;
    }
    return code;
  }

  CommandLine commandLine() {
    return commandLine;
  }

  private int wrongUsage(ParameterException error, String[] arguments) {
    CommandLine command = error.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    StringBuilder text = new StringBuilder("emova: " + error.getMessage().strip());
    if (error instanceof UnmatchedArgumentException unmatched) {
      List<String> suggestions = unmatched.getSuggestions();
      if (!suggestions.isEmpty()) {
        text.append("; did you mean ").append(String.join(" or ", suggestions)).append('?');
      }
    }
    console.err().println(text.toString().replaceAll("\\s*\\R\\s*", " "));
    console.err().println("Try \"%s --help\".".formatted(name));
    return ExitCode.USAGE;
  }

  @Command(
      name = "emova",
      synopsisSubcommandLabel = "COMMAND",
      description = "Says the same words in another voice, mood, pitch or speed.",
      footer = {
        "",
        "Examples:",
        "  emova convert question.flac out.mp3 --speaker female --emotion happy --pitch high",
        "  emova styles",
        "  emova convert --help",
        "",
        "Exit codes: 0 ok, 1 failed, 2 wrong usage.",
      })
  static final class Top implements Runnable {
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this help.")
    boolean help;

    @Option(
        names = {"-V", "--version"},
        versionHelp = true,
        description = "Show the version.")
    boolean version;

    @Mixin CommonOptions common = new CommonOptions();
    @Spec CommandSpec spec;

    @Override
    public void run() {
      throw new ParameterException(spec.commandLine(), "which command?");
    }
  }
}
