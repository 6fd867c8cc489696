// OpenAI's own client against this server. Arguments: base URL, recording, picture. The token is in
// EMOVA_TOKEN. Prints one JSON object of what came back; a reply that is not as expected throws.
import fs from "node:fs";
import assert from "node:assert/strict";
import OpenAI from "openai";

const [baseURL, recording, picture] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: process.env.EMOVA_TOKEN, maxRetries: 0 });
const seen = {};

const models = await client.models.list();
seen.models = models.data.map((m) => m.id);

const transcription = await client.audio.transcriptions.create({
  file: fs.createReadStream(recording),
  model: "whisper-1",
});
seen.transcription = transcription.text;

seen.streamedTranscription = "";
for await (const event of await client.audio.transcriptions.create({
  file: fs.createReadStream(recording),
  model: "gpt-4o-transcribe",
  stream: true,
})) {
  if (event.type === "transcript.text.done") seen.streamedTranscription = event.text;
}

seen.speech = {};
for (const response_format of ["mp3", "opus", "aac", "flac", "wav", "pcm"]) {
  const speech = await client.audio.speech.create({
    model: "tts-1",
    voice: "alloy",
    input: "Good morning.",
    instructions: "Speak sadly.",
    response_format,
  });
  const bytes = Buffer.from(await speech.arrayBuffer());
  assert.ok(bytes.length > 1000, `${response_format}: ${bytes.length} bytes`);
  seen.speech[response_format] = { type: speech.headers.get("content-type"), bytes: bytes.length };
}

const text = await client.chat.completions.create({
  model: "default",
  messages: [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Hi" },
    { role: "assistant", content: "Hello" },
    { role: "user", content: "How are you?" },
  ],
});
seen.text = text.choices[0].message.content;

seen.streamed = "";
for await (const chunk of await client.chat.completions.create({
  model: "default",
  messages: [{ role: "user", content: "How are you?" }],
  stream: true,
})) {
  seen.streamed += chunk.choices[0]?.delta?.content ?? "";
}

const data = fs.readFileSync(recording).toString("base64");
const spokenQuestion = {
  role: "user",
  content: [{ type: "input_audio", input_audio: { data, format: "wav" } }],
};
const spoken = await client.chat.completions.create({
  model: "gpt-audio",
  modalities: ["text", "audio"],
  audio: { voice: "alloy", format: "mp3" },
  messages: [spokenQuestion],
});
const audio = spoken.choices[0].message.audio;
seen.transcript = audio.transcript;
assert.ok(Buffer.from(audio.data, "base64").length > 1000);

let samples = 0;
seen.streamedTranscript = "";
for await (const chunk of await client.chat.completions.create({
  model: "gpt-audio",
  modalities: ["text", "audio"],
  audio: { voice: "alloy", format: "pcm16" },
  messages: [spokenQuestion],
  stream: true,
})) {
  const delta = chunk.choices[0]?.delta?.audio;
  seen.streamedTranscript += delta?.transcript ?? "";
  samples += Buffer.from(delta?.data ?? "", "base64").length / 2;
}
assert.ok(samples > 24000, `${samples} samples`);

const url = "data:image/png;base64," + fs.readFileSync(picture).toString("base64");
const about = await client.chat.completions.create({
  model: "default",
  messages: [
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image_url", image_url: { url } },
      ],
    },
  ],
});
seen.about = about.choices[0].message.content;

await assert.rejects(
  client.chat.completions.create({ model: "nobody", messages: [{ role: "user", content: "Hi" }] }),
  (error) => error instanceof OpenAI.NotFoundError && error.code === "model_not_found",
);
await assert.rejects(
  new OpenAI({ baseURL, apiKey: "wrong", maxRetries: 0 }).models.list(),
  (error) => error instanceof OpenAI.AuthenticationError,
);
console.log(JSON.stringify(seen));
