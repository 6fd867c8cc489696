package org.emova4j.runtime.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Where the lines of a conversation come from. Confined to one thread. */
interface LineSource extends AutoCloseable {
  /** The next line; empty at the end. */
  Optional<String> next() throws IOException;

  @Override
  void close() throws IOException;

  /** Lines of a script. The stream stays open. */
  static LineSource of(InputStream in) {
    BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    return new LineSource() {
      @Override
      public Optional<String> next() throws IOException {
        return Optional.ofNullable(reader.readLine());
      }

      @Override
      public void close() {}
    };
  }
}
