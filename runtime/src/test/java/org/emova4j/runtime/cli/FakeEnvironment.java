package org.emova4j.runtime.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.runtime.Offer;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Settings;
import org.emova4j.runtime.Slice;

/** A process without a framework: services are what the test puts there. */
final class FakeEnvironment implements Environment, Services {
  final List<Slice> opened = new ArrayList<>();
  final List<Settings> settings = new ArrayList<>();
  int closed;
  Optional<EngineFacts> engine = Optional.empty();
  InputStream in = InputStream.nullInputStream();
  List<BundleFacts> bundles =
      List.of(new BundleFacts("org.example", "1.0.0", "ACTIVE", 1234, false));

  private final Map<Class<?>, Offer<?>> offers = new LinkedHashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private PrintStream outStream = new PrintStream(out, true, UTF_8);
  private final PrintStream errStream = new PrintStream(err, true, UTF_8);

  <S> FakeEnvironment with(Class<S> type, S service) {
    offers.put(type, new Offer<>(service, Map.of(ServiceProperties.ID, "lite")));
    return this;
  }

  FakeEnvironment withInput(String text) {
    in = new ByteArrayInputStream(text.getBytes(UTF_8));
    return this;
  }

  /** Standard output that takes nothing, as of a full disk. */
  FakeEnvironment withFullOutput() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    outStream = new PrintStream(new BufferedOutputStream(full), false, UTF_8);
    return this;
  }

  int run(String... arguments) {
    return new EmovaCommandLine(this, "1.2.3").execute(arguments);
  }

  String out() {
    return out.toString(UTF_8);
  }

  byte[] outBytes() {
    return out.toByteArray();
  }

  String err() {
    return err.toString(UTF_8);
  }

  @Override
  public Console console() {
    return new Console(in, outStream, errStream, false);
  }

  @Override
  public Services open(Slice slice, Settings wanted) {
    opened.add(slice);
    settings.add(wanted);
    return this;
  }

  @Override
  public Services inspect(Slice slice, Settings wanted) {
    return open(slice, wanted);
  }

  @Override
  @SuppressWarnings("unchecked") // put in under the same type
  public <S> List<Offer<S>> all(Class<S> type) {
    return offers.containsKey(type) ? List.of((Offer<S>) offers.get(type)) : List.of();
  }

  @Override
  public <S> Offer<S> require(Class<S> type, Map<String, String> wanted)
      throws ModelUnavailableException {
    return all(type).stream()
        .findFirst()
        .orElseThrow(() -> new ModelUnavailableException("there is no " + type.getSimpleName()));
  }

  @Override
  public List<BundleFacts> bundles() {
    return bundles;
  }

  @Override
  public Optional<EngineFacts> engine() {
    return engine;
  }

  @Override
  public double measureMatrixMultiply() {
    return 1e11;
  }

  @Override
  public void awaitStop() {}

  @Override
  public void close() {
    closed++;
  }
}
