// Replace this tool by your own: what it is called with, what it does, what it answers.
import { send } from './http.js';

const schema = {
  type: 'object',
  properties: { name: { type: 'string', minLength: 2, description: 'Generic or brand name of a drug' } },
  required: ['name'],
  additionalProperties: false,
};

const output = {
  type: 'object',
  properties: { ids: { type: 'array', items: { type: 'string' } } },
  required: ['ids'],
};

const refuse = (kind, message, retryAfterMs = null) => {
  throw { kind, code: null, message, retryAfterMs };
};

function lookup({ name }) {
  const url = `https://rxnav.nlm.nih.gov/REST/rxcui.json?name=${encodeURIComponent(name)}`;
  const { status, text } = send({ url, headers: { accept: 'application/json' } });
  if (status === 429) refuse('rate-limited', 'RxNav asks to wait', 60_000);
  if (status !== 200) refuse('unavailable', `RxNav answered ${status}`);
  const ids = JSON.parse(text).idGroup?.rxnormId ?? [];
  const words = ids.length === 0 ? `RxNorm has no drug called ${name}.` : `RxNorm ${ids.join(', ')}`;
  return { content: [{ tag: 'text', val: words }], structured: JSON.stringify({ ids }) };
}

export const tools = {
  tools: () => [
    {
      name: 'rxnorm-id',
      title: 'RxNorm identifier',
      description: 'Finds the RxNorm identifier of a drug by its generic or brand name.',
      effect: 'read',
      inputSchema: JSON.stringify(schema),
      outputSchema: JSON.stringify(output),
    },
  ],
  // Only for tools that change something: says what would change, and changes nothing.
  prepare: () => refuse('unsupported', 'this plugin changes nothing'),
  invoke(call) {
    if (call.tool !== 'rxnorm-id') refuse('not-found', `this plugin has no tool ${call.tool}`);
    return lookup(JSON.parse(call.arguments));
  },
};
