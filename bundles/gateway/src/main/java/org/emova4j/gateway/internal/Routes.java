package org.emova4j.gateway.internal;

import java.util.List;
import org.emova4j.gateway.internal.GatewaySettings.Limits;
import org.emova4j.gateway.internal.api.Analysis;
import org.emova4j.gateway.internal.api.Catalogue;
import org.emova4j.gateway.internal.api.Chatting;
import org.emova4j.gateway.internal.api.Conversions;
import org.emova4j.gateway.internal.api.Description;
import org.emova4j.gateway.internal.api.Health;
import org.emova4j.gateway.internal.api.Metrics;
import org.emova4j.gateway.internal.api.Sounds;
import org.emova4j.gateway.internal.api.Speaking;
import org.emova4j.gateway.internal.api.Transcribing;
import org.emova4j.gateway.internal.guard.Admission;
import org.emova4j.gateway.internal.guard.Requests;
import org.emova4j.gateway.internal.http.Route;
import org.emova4j.gateway.internal.parts.SpeechServices;

/** What is done at which path; {@code openapi.json} describes each. */
final class Routes {
  private Routes() {}

  static List<Route> all(
      SpeechServices services,
      Limits limits,
      Sounds sounds,
      Analysis analysis,
      Requests requests,
      Admission admission) {
    Catalogue catalogue = new Catalogue(services, analysis);
    Conversions conversions = new Conversions(services, sounds, analysis);
    Speaking speaking = new Speaking(services, sounds, analysis, limits);
    Transcribing transcribing = new Transcribing(services, sounds);
    Chatting chatting = new Chatting(services, sounds, limits);
    Health health = new Health(services);
    Metrics metrics = new Metrics(requests, admission, services);
    return List.of(
        Route.get("/v1/models", catalogue::models),
        Route.get("/v1/styles", catalogue::styles),
        Route.get("/v1/bundles", catalogue::bundles),
        Route.post("/v1/bundles/use", catalogue::use),
        Route.post("/v1/units", analysis::units),
        Route.post("/v1/analyze", analysis::prosody),
        Route.post("/v1/convert", conversions::convert),
        Route.post("/v1/audio/speech", speaking::speak),
        Route.post("/v1/audio/transcriptions", transcribing::transcribe),
        Route.post("/v1/chat/completions", chatting::complete),
        Route.open("/health", health::alive),
        Route.open("/health/ready", health::ready),
        Route.open("/openapi.json", Description::show),
        Route.get("/metrics", metrics::show));
  }
}
