/** Language models on servers: transport, protocols, and the services made of them. */
package org.emova4j.llm.internal;
