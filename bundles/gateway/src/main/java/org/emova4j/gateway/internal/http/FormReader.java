package org.emova4j.gateway.internal.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.fileupload.FileUploadBase.FileUploadIOException;
import org.apache.commons.fileupload.MultipartStream;
import org.apache.commons.fileupload.ParameterParser;

/** Reads {@code multipart/form-data} as it comes: fields to memory, files to a folder. */
final class FormReader {
  private static final int MAX_PARTS = 50;
  private static final int MAX_FIELD_BYTES = 1 << 20;
  private static final int MAX_HEADER_BYTES = 8 << 10;
  private static final int BUFFER_BYTES = 16 << 10;

  private final Path folder;

  FormReader(Path folder) {
    this.folder = folder;
  }

  /**
   * @param contentType with its boundary
   * @throws ApiException if it is malformed or over a limit; nothing is left behind
   */
  Form read(InputStream body, String contentType) throws IOException {
    Form form = new Form();
    try {
      MultipartStream parts = new MultipartStream(body, boundary(contentType), BUFFER_BYTES, null);
      parts.setPartHeaderSizeMax(MAX_HEADER_BYTES);
      parts.setHeaderEncoding(UTF_8.name());
      boolean more = parts.skipPreamble();
      for (int n = 0; more; n++) {
        if (n == MAX_PARTS) {
          throw malformed("it has more than %d parts".formatted(MAX_PARTS));
        }
        readPart(parts, form);
        more = parts.readBoundary();
      }
      return form;
    } catch (MultipartStream.MalformedStreamException | FileUploadIOException e) {
      form.close();
      throw malformed(e.getMessage());
    } catch (IOException | RuntimeException e) {
      form.close();
      throw e;
    }
  }

  /** A body that is one file, as a form with that file. */
  Form readFile(InputStream body, String field) throws IOException {
    Form form = new Form();
    try (OutputStream out = Files.newOutputStream(form.create(field, "the body", folder))) {
      if (body.transferTo(out) == 0) {
        throw ApiException.invalid(field, "the body is empty");
      }
      return form;
    } catch (IOException | RuntimeException e) {
      form.close();
      throw e;
    }
  }

  private void readPart(MultipartStream parts, Form form) throws IOException {
    Map<String, String> disposition = disposition(parts.readHeaders());
    String field = disposition.get("name");
    if (!disposition.containsKey("form-data") || field == null || field.isBlank()) {
      throw malformed("a part has no name");
    }
    String file = disposition.get("filename");
    if (file == null) {
      ByteArrayOutputStream value = new ByteArrayOutputStream();
      parts.readBodyData(new Limited(value, field));
      form.put(field, value.toString(UTF_8));
      return;
    }
    try (OutputStream out = Files.newOutputStream(form.create(field, file, folder))) {
      if (parts.readBodyData(out) == 0) {
        throw ApiException.invalid(field, "the file of %s is empty".formatted(field));
      }
    }
  }

  /** A field that is kept in memory. */
  private static final class Limited extends FilterOutputStream {
    private final String field;
    private int left = MAX_FIELD_BYTES;

    Limited(OutputStream out, String field) {
      super(out);
      this.field = field;
    }

    @Override
    public void write(int value) throws IOException {
      take(1);
      out.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      take(length);
      out.write(bytes, offset, length);
    }

    private void take(int n) {
      left -= n;
      if (left < 0) {
        throw ApiException.refused(
                413, "too_large", "%s is longer than %d bytes".formatted(field, MAX_FIELD_BYTES))
            .about(field);
      }
    }
  }

  private static Map<String, String> disposition(String headers) {
    for (String line : headers.split("\r\n", -1)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-disposition:")) {
        return parameters(line.substring(line.indexOf(':') + 1));
      }
    }
    throw malformed("a part has no content disposition");
  }

  private static ApiException malformed(String why) {
    return ApiException.refused(400, "invalid_form", "the form is malformed: " + why);
  }

  private static byte[] boundary(String contentType) {
    String boundary = parameters(contentType).get("boundary");
    if (boundary == null || boundary.isEmpty() || boundary.length() > 200) {
      throw malformed("its content type names no boundary");
    }
    return boundary.getBytes(ISO_8859_1);
  }

  private static Map<String, String> parameters(String header) {
    ParameterParser parser = new ParameterParser();
    parser.setLowerCaseNames(true);
    return parser.parse(header, ';');
  }
}
