package org.emova4j.security;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** A jar that {@code jarsigner} signed. */
public final class SignedJar {
  private static final String META_INF = "META-INF/";

  private SignedJar() {}

  /**
   * Checks that every entry is as it was signed, by one signer who is trusted, and that none was
   * taken away.
   *
   * @throws UntrustedException if not; says which entry
   * @throws IOException if the file is no jar
   */
  public static void verify(Path file, TrustStore trust) throws IOException, UntrustedException {
    try (JarFile jar = new JarFile(file.toFile(), true)) {
      Manifest manifest = jar.getManifest();
      if (manifest == null) {
        throw new UntrustedException("it is not signed: it has no manifest");
      }
      Set<String> names = new HashSet<>();
      Set<List<CodeSigner>> signers = new HashSet<>();
      for (JarEntry entry : Collections.list(jar.entries())) {
        if (!names.add(entry.getName())) {
          throw new UntrustedException("it has two entries %s".formatted(entry.getName()));
        }
        if (!entry.isDirectory() && !isSignatureFile(entry.getName())) {
          signers.add(signers(jar, entry));
        }
      }
      for (String signed : manifest.getEntries().keySet()) {
        if (!names.contains(signed)) {
          throw new UntrustedException(
              "it was changed after it was signed: %s is gone".formatted(signed));
        }
      }
      if (signers.isEmpty()) {
        throw new UntrustedException("it is not signed: it holds nothing");
      }
      for (List<CodeSigner> all : signers) {
        requireOne(all, trust);
      }
    }
  }

  private static List<CodeSigner> signers(JarFile jar, JarEntry entry)
      throws IOException, UntrustedException {
    try (InputStream content = jar.getInputStream(entry)) {
      content.transferTo(OutputStream.nullOutputStream()); // signers are known at the end
    } catch (SecurityException e) {
      throw new UntrustedException(
          "it was changed after it was signed: %s".formatted(entry.getName()), e);
    }
    CodeSigner[] signers = entry.getCodeSigners();
    if (signers == null || signers.length == 0) {
      throw new UntrustedException(
          "it is not signed: %s has no signature".formatted(entry.getName()));
    }
    return List.of(signers);
  }

  private static void requireOne(List<CodeSigner> signers, TrustStore trust)
      throws UntrustedException {
    UntrustedException last = null;
    for (CodeSigner signer : signers) {
      try {
        trust.require(signer.getSignerCertPath().getCertificates());
        return;
      } catch (UntrustedException e) {
        last = e;
      }
    }
    throw last;
  }

  /** What holds the signatures can't be signed itself. */
  private static boolean isSignatureFile(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    if (!upper.startsWith(META_INF) || upper.indexOf('/', META_INF.length()) >= 0) {
      return false;
    }
    return upper.equals(JarFile.MANIFEST_NAME)
        || upper.matches(".*\\.(SF|RSA|DSA|EC)")
        || upper.startsWith(META_INF + "SIG-");
  }
}
