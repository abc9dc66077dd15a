/** Chat Completions requests of a given size: prose with a finding every two to three thousand characters. */
const WORDS =
  `the order was shipped to customer account balance is under review please check invoice number and reply
with status of delivery when weather permits our team will call you back about refund policy and next steps for meeting`.split(
    /\s+/,
  );

/** A repeatable run of numbers from 0 to 1 (mulberry32). */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const pick = (next, list) => list[Math.floor(next() * list.length)];
const digits = (next, count) => Array.from({ length: count }, () => Math.floor(next() * 10)).join('');

const FINDINGS = [
  (next) => `${pick(next, WORDS)}.${digits(next, 4)}@corp-mail.example.com`,
  (next) =>
    `+1 ${2 + Math.floor(next() * 7)}${digits(next, 2)} ${2 + Math.floor(next() * 7)}${digits(next, 2)} ${digits(next, 4)}`,
  (next) => `192.168.${digits(next, 2)}.${digits(next, 2)}`,
];

function prose(next, size) {
  let text = '';
  let finding = size < 2000 ? size / 2 : 1200 + next() * 1500;
  while (text.length < size) {
    if (text.length > finding) {
      text += `${pick(next, FINDINGS)(next)} `;
      finding = text.length + 1500 + next() * 1500;
    }
    text += `${pick(next, WORDS)}${next() < 0.08 ? '.\n' : ' '}`;
  }
  return text.slice(0, size);
}

const tools = ['lookup_customer', 'send_email', 'run_query'].map((name) => ({
  type: 'function',
  function: {
    name,
    description: `Does ${name} for a customer`,
    parameters: {
      type: 'object',
      properties: { id: { type: 'string', description: 'The id' } },
      required: ['id'],
    },
  },
}));

function turn(next, size) {
  const id = `call_${digits(next, 12)}`;
  const call = {
    id,
    type: 'function',
    function: { name: 'lookup_customer', arguments: JSON.stringify({ id: digits(next, 5) }) },
  };
  return [
    { role: 'user', content: prose(next, size * 0.4) },
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: id, content: JSON.stringify({ note: prose(next, size * 0.4) }) },
    { role: 'assistant', content: prose(next, size * 0.15) },
  ];
}

function conversation(seed, size) {
  const next = random(seed);
  const messages = [{ role: 'system', content: `Case ${seed}. ${prose(next, Math.min(400, size / 4))}` }];
  const each = Math.min(size - 900, 6000);
  for (let length = 900; length < size; length += each) messages.push(...turn(next, each));
  return { messages, next };
}

const HEAD = '{"model":"gpt-4o","messages":[';
const TAIL = `],"tools":${JSON.stringify(tools)}}`;
const goOn = { role: 'user', content: 'Go on.' };
const told = (messages) => messages.map((message) => JSON.stringify(message)).join(',');

/** One body after the other that share nothing but prose and tools: every value in them is another each time. */
export function allNew(size) {
  const template = Buffer.from(HEAD + told([...conversation(1, size).messages, goOn]) + TAIL);
  const digits = [...template.toString('latin1').matchAll(/(?<![\d_])(?:\d{4}|\d{2})(?!\d)|(?<=Case )\d/g)];
  let count = 0;
  return () => {
    const body = Buffer.from(template);
    count += 1;
    for (const {
      0: { length },
      index,
    } of digits)
      body.write(String((count * 7919 + index * 31) % 10 ** length).padStart(length, '2'), index, 'latin1');
    return body;
  };
}

/** A conversation that is sent again and again, longer by one turn each time; after so many turns another begins. */
export function grown(size, count, seed) {
  let turns = count;
  let seeds = seed;
  let next;
  let messages = '';
  return () => {
    if (turns++ >= count) {
      seeds += 1000;
      const begun = conversation(seeds, size);
      ({ next } = begun);
      messages = told([...begun.messages, goOn]);
      turns = 0;
    } else messages += `,${told([...turn(next, 1500), goOn])}`;
    return Buffer.from(HEAD + messages + TAIL);
  };
}

const LINES = [
  (next) =>
    `  const ${pick(next, WORDS)}_${digits(next, 2)} = await client.${pick(next, WORDS)}({ limit: ${digits(next, 2)}, id: 'ord-${digits(next, 6)}' });\n`,
  (next) =>
    `2026-03-${10 + Math.floor(next() * 19)}T1${digits(next, 1)}:02:4${digits(next, 1)}Z INFO worker[${digits(next, 4)}] took ${digits(next, 3)}ms for ${pick(next, WORDS)}\n`,
  (next) =>
    `| ${pick(next, WORDS)} | ${digits(next, 3)}.${digits(next, 2)} | v1.${digits(next, 1)}.${digits(next, 2)} | ${pick(next, WORDS)} |\n`,
  (next) =>
    `The ${pick(next, WORDS)} of "${pick(next, WORDS)}" is ${digits(next, 2)} % (see https://docs.example.com/${pick(next, WORDS)}).\n`,
];

const SECRETS = [
  ...FINDINGS,
  (next) => `4111-1111-${digits(next, 4)}-${digits(next, 4)}`,
  (next) =>
    `${'ghp_'}${Array.from({ length: 36 }, () => pick(next, [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789'])).join('')}`,
];

/** Prose, code, logs and tables, with a value to find every so many characters. */
function mixed(next, size, every) {
  let text = '';
  let finding = every * next();
  while (text.length < size) {
    text +=
      next() < 0.4
        ? pick(next, LINES)(next)
        : `${prose(next, 120 + next() * 300).replaceAll(/\S+@\S+|\+1 [\d ]+|192\.[\d.]+/g, '')}.\n`;
    for (; text.length > finding; finding += every)
      text += `Write to ${pick(next, SECRETS)(next)} about it. `;
  }
  return text.slice(0, size);
}

/** A chat body of about `size` bytes in which a value stands every so many characters; `Infinity` for none. */
export function chat(size, every) {
  const next = random(11);
  const messages = [];
  for (let length = 0; length < size; length += 4200) {
    const id = `call_${digits(next, 12)}`;
    messages.push(
      { role: 'user', content: mixed(next, 1000, every) },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id,
            type: 'function',
            function: { name: 'run_query', arguments: JSON.stringify({ query: mixed(next, 150, every) }) },
          },
        ],
      },
      { role: 'tool', tool_call_id: id, content: mixed(next, 2000, every) },
      { role: 'assistant', content: mixed(next, 600, every) },
    );
  }
  return Buffer.from(HEAD + told(messages) + TAIL);
}
