package org.emova4j.llm.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Certificates to trust beside the system's: for servers with a certificate of their own. */
final class Trust {
  private Trust() {}

  /**
   * @param pem file with one or more certificates
   * @throws IOException if it can't be read, or holds none
   */
  static SSLContext alsoIn(Path pem) throws IOException {
    try (InputStream stream = Files.newInputStream(pem)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(stream);
      if (certificates.isEmpty()) {
        throw new IOException("%s holds no certificates".formatted(pem));
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int n = 0;
      for (Certificate certificate : certificates) {
        store.setCertificateEntry("own-" + n++, certificate);
      }
      for (X509Certificate root : managers(null).getAcceptedIssuers()) {
        store.setCertificateEntry("system-" + n++, root);
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {managers(store)}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("%s holds no usable certificates".formatted(pem), e);
    }
  }

  /** Null is the system's. */
  private static X509TrustManager managers(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509TrustManager.class::isInstance)
        .map(X509TrustManager.class::cast)
        .findFirst()
        .orElseThrow();
  }
}
