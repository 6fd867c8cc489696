package org.emova4j.api.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.emova4j.api.speech.ModelUnavailableException;
import org.osgi.annotation.versioning.ProviderType;

/** The installed models. Safe for concurrent use, also by several processes on one folder. */
@ProviderType
public interface ModelRepository {
  /** All installed models, by id, newest version first. */
  List<ModelArchive> list();

  /**
   * Installs a {@code .tar.gz} or {@code .tar.zst} archive: all of it after every check, or
   * nothing.
   *
   * @return the model, which is a service by now
   * @throws ModelUnavailableException if the archive is malformed, over a limit, fails a check, or
   *     is already installed with other content; names the archive, the entry and the reason
   * @throws IOException if it can't be read, or the models folder can't be written
   */
  ModelArchive install(Path archive) throws IOException, ModelUnavailableException;

  /**
   * As {@link #install}, and allows the model to run programs that it holds, see {@link
   * ModelArchive#trusted()}. A model that is there already is trusted from now on.
   *
   * @throws ModelUnavailableException also if the model is part of the distribution and not trusted
   *     there
   */
  ModelArchive installTrusted(Path archive) throws IOException, ModelUnavailableException;

  /**
   * Compares every file with its manifest's size and hash.
   *
   * @param name {@code id} or {@code id:version}
   * @return what is wrong, one sentence each; empty if all is well
   * @throws ModelUnavailableException if no such model is installed
   * @throws IOException if a file can't be read
   */
  List<String> verify(String name) throws IOException, ModelUnavailableException;

  /**
   * Removes an installed model; its service goes first.
   *
   * @param name {@code id} or {@code id:version}
   * @throws ModelUnavailableException if no such model is installed, or it is part of the
   *     distribution
   * @throws IOException if a file can't be deleted
   */
  void remove(String name) throws IOException, ModelUnavailableException;
}
