/** Recognisers of others: programs and servers. */
package org.emova4j.eval.internal.recognise;
