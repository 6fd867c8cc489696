/**
 * Tensors on libtorch: the engine, the weights of one network, and the operators that DJL lacks.
 *
 * <p>Shapes are written {@code (batch, channels, time)}. Weights are float32 whatever their file
 * holds, unless they are asked for as bfloat16. Every entry that touches tensors goes through
 * {@link org.emova4j.engine.NetworkScope#call}.
 */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("0.1.0")
package org.emova4j.engine;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
