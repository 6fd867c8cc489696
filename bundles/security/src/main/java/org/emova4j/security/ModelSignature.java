package org.emova4j.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The signature of a model: {@code model.json.sig} beside {@code model.json}, which lists the
 * SHA-256 of every other file. The signer's certificates (his own first) and the signature of the
 * bytes of {@code model.json}, each in PEM.
 */
public final class ModelSignature {
  /** The signature's file. */
  public static final String FILE_NAME = "model.json.sig";

  private static final String SIGNED_NAME = "model.json";
  private static final int MAX_BYTES = 1 << 20;
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN (CERTIFICATE|SIGNATURE)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  private ModelSignature() {}

  /**
   * Signs the model in a folder.
   *
   * @param chain the certificate of {@code key} first
   */
  public static Path sign(Path model, PrivateKey key, List<? extends Certificate> chain)
      throws IOException, GeneralSecurityException {
    Signature signature = Signature.getInstance(algorithm(key.getAlgorithm()));
    signature.initSign(key);
    signature.update(Files.readAllBytes(model.resolve(SIGNED_NAME)));
    StringBuilder text = new StringBuilder();
    for (Certificate certificate : chain) {
      append(text, "CERTIFICATE", certificate.getEncoded());
    }
    append(text, "SIGNATURE", signature.sign());
    return Files.writeString(model.resolve(FILE_NAME), text);
  }

  /**
   * Checks that a folder's {@code model.json} is as it was signed, by a signer who is trusted. The
   * files that it lists are the caller's to compare.
   *
   * @throws UntrustedException if not
   * @throws IOException if the files can't be read
   */
  public static void verify(Path model, TrustStore trust) throws IOException, UntrustedException {
    Path file = model.resolve(FILE_NAME);
    if (!Files.isRegularFile(file)) {
      throw new UntrustedException("it is not signed: it has no %s".formatted(FILE_NAME));
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new UntrustedException(
          "its %s is longer than %d bytes".formatted(FILE_NAME, MAX_BYTES));
    }
    List<Certificate> chain = new ArrayList<>();
    byte[] signed = null;
    boolean good;
    try {
      Matcher blocks = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      while (blocks.find()) {
        byte[] bytes = Base64.getMimeDecoder().decode(blocks.group(2));
        if (blocks.group(1).equals("SIGNATURE")) {
          signed = bytes;
        } else {
          chain.add(factory.generateCertificate(new ByteArrayInputStream(bytes)));
        }
      }
      if (chain.isEmpty() || signed == null) {
        throw new UntrustedException(
            "its %s holds no certificate or no signature".formatted(FILE_NAME));
      }
      trust.require(chain);
      Certificate signer = chain.get(0);
      Signature signature = Signature.getInstance(algorithm(signer.getPublicKey().getAlgorithm()));
      signature.initVerify(signer.getPublicKey());
      signature.update(Files.readAllBytes(model.resolve(SIGNED_NAME)));
      good = signature.verify(signed);
    } catch (UntrustedException e) {
      throw e;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new UntrustedException(
          "its %s can't be read: %s".formatted(FILE_NAME, e.getMessage()), e);
    }
    if (!good) {
      throw new UntrustedException("it was changed after it was signed: %s".formatted(SIGNED_NAME));
    }
  }

  private static String algorithm(String key) throws GeneralSecurityException {
    return switch (key) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      case "EdDSA", "Ed25519" -> "EdDSA";
      default ->
          throw new GeneralSecurityException("keys of algorithm %s are not known".formatted(key));
    };
  }

  private static void append(StringBuilder text, String type, byte[] bytes) {
    text.append("-----BEGIN %s-----%n".formatted(type))
        .append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes))
        .append("%n-----END %s-----%n".formatted(type));
  }
}
