package org.emova4j.eval.internal.report;

import java.io.IOException;
import org.emova4j.eval.EvalFacts;
import org.emova4j.eval.EvalReport;

/** Reports in every form. */
public final class Rendering {
  private Rendering() {}

  public static String json(EvalReport report, EvalFacts facts) throws IOException {
    return JsonFile.of(report, facts);
  }

  public static String csv(EvalReport report) throws IOException {
    return CsvFile.of(report);
  }

  public static String html(EvalReport report, EvalFacts facts) {
    return new HtmlPage(report, facts).page();
  }

  public static byte[] picture(EvalReport report) throws IOException {
    return Overview.png(report);
  }

  public static String table(EvalReport report) {
    return TextTable.of(report);
  }
}
