package org.emova4j.gateway.internal.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A reply's body. What fails here is the way to the client. */
final class ReplyStream extends FilterOutputStream {
  ReplyStream(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int value) throws IOException {
    try {
      out.write(value);
    } catch (IOException e) {
      throw new ClientGoneException(e);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw new ClientGoneException(e);
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      throw new ClientGoneException(e);
    }
  }
}
