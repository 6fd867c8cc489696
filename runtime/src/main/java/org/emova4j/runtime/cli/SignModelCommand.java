package org.emova4j.runtime.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.Optional;
import org.emova4j.security.ModelSignature;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Signs a model before it is packed, or where it is installed. */
@Command(
    name = "sign",
    description = {
      "Signs the model in a folder: writes model.json.sig beside its model.json, which lists the"
          + " SHA-256 of every other file.",
      "The key store's password comes from the environment variable EMOVA_KEYSTORE_PASSWORD."
    },
    footer = {
      "",
      "Examples:",
      "  emova models sign voice-1.0.0 --keystore maker.p12 --alias maker",
      "  tar czf voice-1.0.0.tar.gz voice-1.0.0",
    })
final class SignModelCommand extends Subcommand {
  private static final String PASSWORD_VARIABLE = "EMOVA_KEYSTORE_PASSWORD";

  @Parameters(paramLabel = "FOLDER", description = "Holds model.json.")
  Path model;

  @Option(
      names = "--keystore",
      required = true,
      paramLabel = "FILE",
      description = "Key store (PKCS #12 or JKS) of keytool.")
  Path keystore;

  @Option(
      names = "--alias",
      required = true,
      paramLabel = "NAME",
      description = "Key in the key store.")
  String alias;

  SignModelCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws Exception {
    if (!Files.isRegularFile(model.resolve("model.json"))) {
      throw new FailedException("%s: holds no model.json".formatted(model));
    }
    char[] password =
        Optional.ofNullable(System.getenv(PASSWORD_VARIABLE))
            .orElseThrow(() -> new UsageException("%s is not set".formatted(PASSWORD_VARIABLE)))
            .toCharArray();
    console().out().println(sign(password));
    return 0;
  }

  private Path sign(char[] password) throws Exception {
    if (!Files.isRegularFile(keystore)) {
      throw new FailedException("%s: no such file".formatted(keystore));
    }
    try {
      KeyStore keys = KeyStore.getInstance(keystore.toFile(), password);
      Certificate[] chain = keys.getCertificateChain(alias);
      if (chain == null || !(keys.getKey(alias, password) instanceof PrivateKey key)) {
        throw new FailedException("%s: has no key \"%s\"".formatted(keystore, alias));
      }
      return ModelSignature.sign(model, key, Arrays.asList(chain));
    } catch (IOException | GeneralSecurityException e) {
      throw new IOException("%s: %s".formatted(keystore, e.getMessage()), e);
    }
  }
}
