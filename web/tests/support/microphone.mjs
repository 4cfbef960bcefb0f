// A voice for Chromium's fake microphone.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const HEAD = 44;

/// The flag of a browser whose microphone hears the texts, once, as `program` says them. It is quiet for three seconds
/// before the first, so that the room is known when it begins, and for `pause` seconds after each.
export function microphone(program, texts, pause = 3) {
  const folder = mkdtempSync(join(tmpdir(), "voice-"));
  const spoken = texts.map((text, number) => {
    const file = join(folder, `${number}.wav`);
    execFileSync(program, ["eval", "say", "--text", text, "--out", file]);
    return readFileSync(file);
  });
  const head = Buffer.from(spoken[0].subarray(0, HEAD));
  const second = head.readUInt32LE(28);
  const quiet = Buffer.alloc(second * pause);
  const sound = [Buffer.alloc(second * 3), ...spoken.flatMap((one) => [one.subarray(HEAD), quiet])];
  const length = sound.reduce((sum, part) => sum + part.length, 0);
  head.writeUInt32LE(HEAD - 8 + length, 4);
  head.writeUInt32LE(length, 40);
  const all = join(folder, "all.wav");
  writeFileSync(all, Buffer.concat([head, ...sound]));
  return `--use-file-for-fake-audio-capture=${all}%noloop`;
}
