package org.emova4j.security.testing;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.emova4j.security.ModelSignature;
import org.emova4j.security.TrustStore;

/** Keys and signed jars, made by the JDK's own tools. */
public final class Keys {
  /** Of every key store. */
  public static final String PASSWORD = "changeit";

  private final Path folder;

  public Keys(Path folder) {
    this.folder = folder;
  }

  private void run(String tool, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output;
    try (InputStream stream = process.getInputStream()) {
      output = new String(stream.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
    if (process.waitFor() != 0) {
      throw new AssertionError(command + ": " + output);
    }
  }

  /** A key with a certificate that it signed itself. */
  public Path make(String name, String algorithm, String... more) throws Exception {
    Path store = folder.resolve(name + ".p12");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD,
                "-alias",
                name,
                "-keyalg",
                algorithm,
                "-dname",
                "CN=" + name,
                "-validity",
                "365"));
    arguments.addAll(List.of(more));
    run("keytool", arguments.toArray(String[]::new));
    return store;
  }

  /** What trusts the key of that name. */
  public TrustStore trusting(String name) throws Exception {
    return TrustStore.load(trustStore(name), PASSWORD.toCharArray());
  }

  /** The file of what trusts the key of that name. */
  public Path trustStore(String name) throws Exception {
    Path certificate = folder.resolve(name + ".cer");
    Path trust = folder.resolve("trust-" + name + ".p12");
    exportCertificate(folder.resolve(name + ".p12"), name, certificate);
    Files.deleteIfExists(trust);
    importCertificate(trust, name, certificate);
    return trust;
  }

  /** Replaces a key's own signature under its certificate by another key's. */
  public void certify(String authority, String name) throws Exception {
    Path request = folder.resolve(name + ".csr");
    Path certificate = folder.resolve(name + "-by-" + authority + ".cer");
    Path store = folder.resolve(name + ".p12");
    Path root = folder.resolve(authority + "-root.cer");
    Path authorities = folder.resolve(authority + ".p12");
    keytool("-certreq", store, name, "-file", request.toString());
    keytool(
        "-gencert",
        authorities,
        authority,
        "-infile",
        request.toString(),
        "-outfile",
        certificate.toString());
    exportCertificate(authorities, authority, root);
    importCertificate(store, authority, root);
    importCertificate(store, name, certificate);
  }

  private void exportCertificate(Path store, String alias, Path file) throws Exception {
    keytool("-exportcert", store, alias, "-file", file.toString());
  }

  private void importCertificate(Path store, String alias, Path file) throws Exception {
    keytool("-importcert", store, alias, "-noprompt", "-file", file.toString());
  }

  private void keytool(String command, Path store, String alias, String... more) throws Exception {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of(command, "-keystore", store.toString(), "-storepass", PASSWORD));
    arguments.addAll(List.of("-alias", alias));
    arguments.addAll(List.of(more));
    run("keytool", arguments.toArray(String[]::new));
  }

  /** Signs in place. */
  public void signJar(Path jar, String name) throws Exception {
    run(
        "jarsigner",
        "-keystore",
        folder.resolve(name + ".p12").toString(),
        "-storepass",
        PASSWORD,
        jar.toString(),
        name);
  }

  /** Writes the signature beside the model's description. */
  public void signModel(Path model, String name) throws Exception {
    KeyStore store =
        KeyStore.getInstance(folder.resolve(name + ".p12").toFile(), PASSWORD.toCharArray());
    Certificate[] chain = store.getCertificateChain(name);
    ModelSignature.sign(
        model, (PrivateKey) store.getKey(name, PASSWORD.toCharArray()), Arrays.asList(chain));
  }
}
