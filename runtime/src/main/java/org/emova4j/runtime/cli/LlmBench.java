package org.emova4j.runtime.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.measure.Benchmark;
import org.emova4j.runtime.Json;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Settings;
import org.emova4j.runtime.Slice;

/** {@code emova bench --llm}: the speed of a language model in this very process. */
final class LlmBench {
  private static final Optional<String> ID = Optional.of("llm");

  private final Environment environment;
  private final Settings settings;

  LlmBench(Environment environment, Settings settings) {
    this.environment = environment;
    this.settings = settings;
  }

  int run(boolean json) throws Exception {
    List<Benchmark.Figure> figures;
    try (Services services = environment.open(Slice.LLM, settings);
        Progress progress = new Progress(environment.console())) {
      figures = services.require(Benchmark.class, ID).measure(progress::stage);
    }
    if (json) {
      Map<String, Object> report = new LinkedHashMap<>();
      figures.forEach(f -> report.put(f.name(), f.value()));
      environment.console().out().println(Json.writePretty(report));
    } else {
      figures.forEach(f -> environment.console().out().println(f.text()));
    }
    return 0;
  }
}
