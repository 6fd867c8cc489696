package org.emova4j.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathValidator;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The certificates that vouch for signers: their own, or an authority's. Safe for concurrent use.
 */
public final class TrustStore {
  /** Property: {@code true} if bundles and model archives must be signed. */
  public static final String SIGNED_PROPERTY = "emova.security.signed";

  /** Property: the key store (PKCS #12 or JKS) with the certificates that are trusted. */
  public static final String FILE_PROPERTY = "emova.security.truststore";

  /** Property: its password; {@code changeit} if not set. It guards no secret. */
  public static final String PASSWORD_PROPERTY = "emova.security.truststore.password";

  private static final String DEFAULT_PASSWORD = "changeit";
  private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
  private static final String ANY_USAGE = "2.5.29.37.0";

  private final Path file;
  private final Set<X509Certificate> trusted;

  private TrustStore(Path file, Set<X509Certificate> trusted) {
    this.file = file;
    this.trusted = trusted;
  }

  /**
   * What properties ask for.
   *
   * @param property a property's value by its name, or null
   * @return empty if nothing needs a signature
   * @throws IOException if signatures are asked for, but no usable trust store is named
   */
  public static Optional<TrustStore> of(UnaryOperator<String> property) throws IOException {
    String signed = Optional.ofNullable(property.apply(SIGNED_PROPERTY)).orElse("false").strip();
    switch (signed.toLowerCase(Locale.ROOT)) {
      case "", "false" -> {
        return Optional.empty();
      }
      case "true" -> {}
      default ->
          throw new IOException(
              "%s is \"%s\", must be true or false".formatted(SIGNED_PROPERTY, signed));
    }
    String name = Optional.ofNullable(property.apply(FILE_PROPERTY)).orElse("");
    if (name.isBlank()) {
      throw new IOException(
          "%s is true, but %s names no key store with the certificates that are trusted"
              .formatted(SIGNED_PROPERTY, FILE_PROPERTY));
    }
    String password =
        Optional.ofNullable(property.apply(PASSWORD_PROPERTY)).orElse(DEFAULT_PASSWORD);
    return Optional.of(load(Path.of(name), password.toCharArray()));
  }

  /**
   * @throws IOException if the file is no key store, or holds no certificate
   */
  public static TrustStore load(Path file, char[] password) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("trust store %s: there is no such file".formatted(file));
    }
    Set<X509Certificate> trusted = new LinkedHashSet<>();
    try {
      KeyStore store = KeyStore.getInstance(file.toFile(), password);
      for (String alias : Collections.list(store.aliases())) {
        if (store.getCertificate(alias) instanceof X509Certificate certificate) {
          trusted.add(certificate);
        }
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new IOException("trust store %s can't be read: %s".formatted(file, e.getMessage()), e);
    }
    if (trusted.isEmpty()) {
      throw new IOException("trust store %s holds no certificate".formatted(file));
    }
    return new TrustStore(file, trusted);
  }

  /**
   * Whether a signer is trusted now.
   *
   * @param chain the signer's certificate first
   * @throws UntrustedException says who the signer is and why not
   */
  public void require(List<? extends Certificate> chain) throws UntrustedException {
    if (chain.isEmpty() || !(chain.get(0) instanceof X509Certificate signer)) {
      throw new UntrustedException("its signer has no X.509 certificate");
    }
    String name = signer.getSubjectX500Principal().getName();
    try {
      requireForCode(signer);
      List<Certificate> path = new ArrayList<>();
      for (Certificate certificate : chain) {
        if (certificate instanceof X509Certificate x509 && trusted.contains(x509)) {
          break;
        }
        path.add(certificate);
      }
      if (path.isEmpty()) {
        signer.checkValidity();
        return;
      }
      PKIXParameters parameters =
          new PKIXParameters(
              trusted.stream().map(c -> new TrustAnchor(c, null)).collect(Collectors.toSet()));
      parameters.setRevocationEnabled(false); // there may be no network
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
    } catch (GeneralSecurityException e) {
      throw new UntrustedException(
          "it is signed by %s, who is not trusted by %s (%s)".formatted(name, file, e.getMessage()),
          e);
    }
  }

  private static void requireForCode(X509Certificate signer) throws CertificateException {
    List<String> usages = signer.getExtendedKeyUsage();
    if (usages != null && !usages.contains(CODE_SIGNING) && !usages.contains(ANY_USAGE)) {
      throw new CertificateException("its certificate is not for signing code");
    }
  }
}
