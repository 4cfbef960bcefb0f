// Plugin packages made here: a component that was built for the program, under another name and another publisher.
import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { blake3 } from "@noble/hashes/blake3.js";
import { bytesToHex } from "@noble/hashes/utils.js";

const cache = process.env.VOICEASSIST_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "voiceassist");
const components = join(cache, "plugins");
const sources = new URL("../../../plugins/", import.meta.url);

/// Whether `name` was built on this machine.
export const built = (name) => existsSync(join(components, `${name}.wasm`));

/// A publisher nobody here has heard of: a key made from `seed`, one byte.
export function publisher(name, seed) {
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, seed)]);
  const secret = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const key = createPublicKey(secret).export({ format: "der", type: "spki" }).subarray(-32).toString("hex");
  const digits = bytesToHex(blake3(Buffer.from(key, "hex"))).slice(0, 32);
  return { name, key, secret, fingerprint: digits.match(/.{4}/g).join(" ") };
}

/// The plugin `name`, its manifest changed by `change`, signed by `by`.
export function packed(name, by, change) {
  const parts = [
    ["plugin.toml", Buffer.from(change(readFileSync(new URL(`${name}/plugin.toml`, sources), "utf8")))],
    ["component.wasm", readFileSync(join(components, `${name}.wasm`))],
    ["vectors.json", Buffer.from("{}")],
    ["LICENSE", Buffer.from("For tests only.\n")],
  ];
  const lines = parts.map(([part, bytes]) => `${part}\n${bytes.length}\n${bytesToHex(blake3(bytes))}\n`);
  const signature = sign(null, Buffer.from(`voiceassist plugin package 1\n${lines.join("")}`), by.secret).toString("hex");
  const file = `publisher = "${by.name}"\nkey = "${by.key}"\nsignature = "${signature}"\n`;
  return zip([...parts, ["signature.toml", Buffer.from(file)]]);
}

/// Parts stored as they are.
function zip(parts) {
  const files = [];
  const directory = [];
  let offset = 0;
  for (const [name, bytes] of parts) {
    const title = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(title.length, 22);
    files.push(Buffer.from("PK\x03\x04", "latin1"), common, title, bytes);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, place, title);
    offset += 4 + 26 + title.length + bytes.length;
  }
  const entries = Buffer.concat(directory);
  const closing = Buffer.alloc(18);
  closing.writeUInt16LE(parts.length, 4);
  closing.writeUInt16LE(parts.length, 6);
  closing.writeUInt32LE(entries.length, 8);
  closing.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, entries, Buffer.from("PK\x05\x06", "latin1"), closing]);
}

const table = Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

function crc(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = (value >>> 8) ^ table[(value ^ byte) & 255];
  return (value ^ 0xffffffff) >>> 0;
}
