/** Responses, whole: what of a request and of a response is whose text, a call, a result, a tool, an id, opaque. */
import { describe, expect, it, test } from 'vitest';
import type { Doc } from '../../src/wire/json.ts';
import { openaiResponses } from '../../src/wire/openai-responses.ts';
import {
  answer,
  docOf,
  type Json,
  lines,
  OPTIONS,
  replacing,
  request,
  textOf,
  write,
} from './openai-responses-reading.ts';

const readAll = (doc: Doc) => openaiResponses.readAnswer(doc, OPTIONS).units;

const MAIL = 'ann@example.com';
const input = (...items: Json[]) => request({ model: 'gpt-5', input: items });
const output = (...items: Json[]) => answer({ id: 'resp_1', object: 'response', output: items });

describe('a request', () => {
  it('says model, stream, turns and offered tools', () => {
    const reading = request({
      model: 'gpt-5',
      stream: true,
      input: [
        { role: 'user', content: 'hi' },
        { type: 'message', role: 'user', content: [] },
      ],
      tools: [{ type: 'function', name: 'send', parameters: {} }],
    });
    expect(reading).toMatchObject({ model: 'gpt-5', stream: true });
    expect(reading.turns).toHaveLength(2);
    expect([...reading.offered!]).toEqual(['send']);
    expect(reading.previous).toBeUndefined();
  });

  it.each<[string, Json, string | undefined]>([
    ['an earlier response', { previous_response_id: 'resp_1' }, 'resp_1'],
    ['a conversation', { conversation: 'conv_1' }, 'conv_1'],
    ['a conversation object', { conversation: { id: 'conv_1' } }, 'conv_1'],
    ['a stored prompt', { prompt: { id: 'pmpt_1' } }, undefined],
    ['a stored item', { input: [{ type: 'item_reference', id: 'msg_1' }] }, undefined],
    ['a stored item without a type', { input: [{ id: 'msg_1' }] }, undefined],
    ['an MCP server that lists its tools', { tools: [{ type: 'mcp', server_label: 'crm' }] }, undefined],
  ])('that refers to %s may be offered more than it says', (_what, body, previous) => {
    const reading = request({ tools: [{ type: 'function', name: 'send' }], ...body });
    expect([reading.offered, reading.previous]).toEqual([undefined, previous]);
  });

  it('that names no earlier response refers to none', () => {
    const { offered, previous } = request({
      previous_response_id: null,
      conversation: null,
      prompt: null,
      input: 'hi',
    });
    expect([offered, previous]).toEqual([new Set(), undefined]);
  });

  it('has text in instructions, input, prompt variables, metadata and settings', () => {
    const { units } = request({
      instructions: `for ${MAIL}`,
      input: 'hello',
      prompt: {
        id: 'pmpt_1',
        version: '2',
        variables: {
          customer: MAIL,
          note: { type: 'input_text', text: 'note' },
          scan: { type: 'input_file', file_data: 'data:image/png;base64,iVBORw0K' },
        },
      },
      metadata: { owner: MAIL },
      user: MAIL,
      text: {
        verbosity: 'low',
        format: {
          type: 'json_schema',
          name: 'answer',
          strict: true,
          description: 'an answer',
          schema: { type: 'object', properties: { mail: { type: 'string', description: MAIL } } },
        },
      },
      reasoning: { effort: 'low' },
      tool_choice: { type: 'function', name: 'send' },
      unheard_of: MAIL,
    });
    expect(lines(units)).toMatchInlineSnapshot(`
      [
        "prompt /instructions "for ann@example.com"",
        "prompt /input "hello"",
        "prompt /prompt/variables/customer",
        "prompt /prompt/variables/customer "ann@example.com"",
        "prompt /prompt/variables/note/text "note"",
        "prompt /metadata "ann@example.com"",
        "prompt /user "ann@example.com"",
        "prompt /text/format/description "an answer"",
        "prompt /text/format/schema !"object" !"string" "ann@example.com"",
        "prompt /unheard_of",
        "prompt /unheard_of "ann@example.com"",
      ]
    `);
  });

  it('has items for instructions too', () => {
    const { units } = request({
      instructions: [{ role: 'developer', content: [{ type: 'input_text', text: 'be kind' }] }],
    });
    expect(lines(units)).toEqual(['prompt /instructions/0/content/0/text "be kind"']);
  });

  it('makes items of a conversation', () => {
    const reading = request({ items: [{ role: 'user', content: 'hello' }], metadata: { topic: 'demo' } });
    expect(lines(reading.units)).toEqual(['prompt /items/0/content "hello"', 'prompt /metadata "demo"']);
  });
});

describe('a message', () => {
  it('has text in each part, and media that are left alone', () => {
    const { units, omit } = input({
      type: 'message',
      role: 'user',
      content: [
        { type: 'input_text', text: 'look' },
        { type: 'input_image', detail: 'low', image_url: 'data:image/png;base64,iVBOR' },
        { type: 'input_image', image_url: 'https://example.com/ann.png', file_id: 'file_1' },
        { type: 'input_file', filename: 'ann.pdf', file_data: 'data:application/pdf;base64,JVBER' },
        { type: 'input_file', file_url: 'https://example.com/ann.pdf' },
        { type: 'input_audio', input_audio: { data: 'UklGR', format: 'wav' } },
        {
          type: 'output_text',
          text: 'seen',
          annotations: [{ type: 'file_citation', file_id: 'file_1', filename: 'ann.txt', index: 3 }],
        },
        { type: 'refusal', refusal: 'no' },
        { type: 'output_audio', data: 'UklGR', transcript: 'spoken' },
        { type: 'input_novelty', shout: 'new' },
      ],
    });
    expect(lines(units)).toMatchInlineSnapshot(`
      [
        "prompt /input/0/content/0/text "look"",
        "prompt /input/0/content/2/image_url "https://example.com/ann.png"",
        "prompt /input/0/content/3/filename "ann.pdf"",
        "prompt /input/0/content/4/file_url "https://example.com/ann.pdf"",
        "prompt /input/0/content/6/text "seen"",
        "prompt /input/0/content/6/annotations/0/filename "ann.txt"",
        "prompt /input/0/content/7/refusal "no"",
        "prompt /input/0/content/8/transcript "spoken"",
        "prompt /input/0/content/9/shout "new"",
      ]
    `);
    expect(omit.map((leaf) => leaf.path)).toEqual([
      '/input/0/content/1/image_url',
      '/input/0/content/3/file_data',
      '/input/0/content/5/input_audio/data',
      '/input/0/content/8/data',
    ]);
  });
});

const CALLS: [type: string, item: Json, line: string][] = [
  ['function_call', { name: 'send', arguments: `{"to":"${MAIL}"}` }, `send (call_1) /arguments "${MAIL}"`],
  ['function_call', { name: 'send', arguments: '' }, 'send (call_1) /arguments'],
  ['function_call', { name: 'send', arguments: '{"to":' }, 'send (call_1) /arguments "{\\"to\\":"'],
  [
    'function_call',
    { name: 'send', namespace: 'mail', arguments: { to: MAIL } },
    `send (call_1) /arguments "${MAIL}"`,
  ],
  ['custom_tool_call', { name: 'note', input: `{${MAIL}` }, `note (call_1) /input "{${MAIL}"`],
  [
    'shell_call',
    { action: { commands: ['ls', MAIL], timeout_ms: 1000 } },
    `shell (call_1) /action "ls" "${MAIL}"`,
  ],
  [
    'shell_call',
    { action: { commands: ['ls'] }, environment: { type: 'container_reference', container_id: 'c' } },
    'shell (call_1) remote /action "ls"',
  ],
  [
    'local_shell_call',
    { action: { type: 'exec', command: ['cat', 'a'], env: { KEY: 'b' } } },
    'local_shell (call_1) /action "exec" "cat" "a" "b"',
  ],
  [
    'apply_patch_call',
    { operation: { type: 'create_file', path: 'a', diff: '+b' } },
    'apply_patch (call_1) /operation "create_file" "a" "+b"',
  ],
  ['computer_call', { action: { type: 'type', text: 'c' } }, 'computer (call_1) /action "type" "c"'],
  ['computer_call', { actions: [{ type: 'type', text: 'c' }] }, 'computer (call_1) /actions "type" "c"'],
  [
    'tool_search_call',
    { execution: 'client', arguments: { queries: ['d'] } },
    'tool_search (call_1) /arguments "d"',
  ],
  [
    'tool_search_call',
    { execution: 'server', arguments: { queries: ['d'] } },
    'tool_search (call_1) remote /arguments "d"',
  ],
  [
    'mcp_approval_request',
    { call_id: null, id: 'mcpr_1', server_label: 'crm', name: 'find', arguments: '{"who":"e"}' },
    'find (mcpr_1) /arguments "e"',
  ],
  [
    'mcp_call',
    { call_id: null, id: 'mcp_1', server_label: 'crm', name: 'find', arguments: '{"who":"e"}' },
    'find (mcp_1) remote /arguments "e"',
  ],
  [
    'web_search_call',
    { call_id: null, id: 'ws_1', action: { type: 'search', query: 'f' } },
    'web_search (ws_1) remote /action "search" "f"',
  ],
  [
    'file_search_call',
    { call_id: null, id: 'fs_1', queries: ['g'] },
    'file_search (fs_1) remote /queries "g"',
  ],
  [
    'code_interpreter_call',
    { call_id: null, id: 'ci_1', container_id: 'x', code: 'print(1)' },
    'code_interpreter (ci_1) remote /code "print(1)"',
  ],
  [
    'image_generation_call',
    { call_id: null, id: 'ig_1', revised_prompt: 'a cat' },
    'image_generation (ig_1) remote /revised_prompt "a cat"',
  ],
  ['new_sort_of_call', { action: { now: 'h' } }, 'new_sort_of (call_1) /action "h"'],
];

describe('calls', () => {
  test.each(CALLS)(
    '%s in a request is one of an earlier turn, in a response a new one',
    (type, item, line) => {
      const call = { type, id: 'id_1', call_id: 'call_1', status: 'completed', ...item };
      const [head, rest] = [line.slice(0, line.indexOf('/')), line.slice(line.indexOf('/'))];
      expect(lines(input(call).units)).toEqual([`past_call ${head}/input/0${rest}`]);
      expect(lines(output(call).units)).toEqual([`tool_call ${head}/output/0${rest}`]);
    },
  );

  it('have arguments as values', () => {
    const values = (item: Json) => output({ call_id: 'c', ...item }).units[0]!.values?.();
    expect(values({ type: 'function_call', name: 'f', arguments: '{"n":12345678901234567890}' })).toEqual([
      { n: 12345678901234567890n },
    ]);
    expect(values({ type: 'function_call', name: 'f', arguments: '{"a":1,"a":2}' })).toEqual([
      { a: 2 },
      { a: 1 },
    ]);
    expect(values({ type: 'function_call', name: 'f', arguments: '{"a":' })).toBeUndefined();
    expect(values({ type: 'custom_tool_call', name: 'f', input: '{}' })).toEqual(['{}']);
    expect(values({ type: 'shell_call', action: { commands: ['ls'] } })).toEqual([{ commands: ['ls'] }]);
  });

  it('that hide several others are each of these', () => {
    const uses = [
      { recipient_name: 'functions.send', parameters: { to: MAIL } },
      { recipient_name: 'functions.wipe', parameters: { all: 'yes' } },
    ];
    const { units } = output({
      type: 'function_call',
      call_id: 'c',
      name: 'multi_tool_use.parallel',
      arguments: JSON.stringify({ tool_uses: uses }),
    });
    expect(units.map(({ tool }) => tool!.name)).toEqual(['send', 'wipe']);
  });

  it('say a person’s words in checks, and ids beside them', () => {
    const { units } = output({
      type: 'computer_call',
      call_id: 'c',
      action: {},
      pending_safety_checks: [{ id: 'cu_1', code: 'x', message: 'sure?' }],
    });
    expect(lines(units)).toEqual([
      'tool_call computer (c) /output/0/action',
      'response /output/0/pending_safety_checks/0/message "sure?"',
    ]);
  });
});

describe('results', () => {
  const results: [string, Json, Json, string[]][] = [
    [
      'of a function',
      { type: 'function_call', name: 'find', arguments: '{}' },
      { type: 'function_call_output', output: `{"mail":"${MAIL}"}` },
      [`find (c) /output "${MAIL}"`],
    ],
    [
      'of a function, in words',
      { type: 'function_call', name: 'find', arguments: '{}' },
      { type: 'function_call_output', output: `it is ${MAIL}` },
      [`find (c) /output "it is ${MAIL}"`],
    ],
    [
      'of a function, in parts',
      { type: 'function_call', name: 'find', arguments: '{}' },
      {
        type: 'function_call_output',
        output: [
          { type: 'input_text', text: MAIL },
          { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0K' },
        ],
      },
      [`find (c) /output/0/text "${MAIL}"`],
    ],
    [
      'of a custom tool',
      { type: 'custom_tool_call', name: 'note', input: '' },
      { type: 'custom_tool_call_output', output: MAIL },
      [`note (c) /output "${MAIL}"`],
    ],
    [
      'of a shell',
      { type: 'shell_call', action: {} },
      {
        type: 'shell_call_output',
        max_output_length: 100,
        output: [{ stdout: MAIL, stderr: 'e', outcome: { type: 'exit', exit_code: 0 } }],
      },
      [`shell (c) /output "${MAIL}" "e"`],
    ],
    [
      'of a local shell',
      { type: 'local_shell_call', action: {} },
      { type: 'local_shell_call_output', output: MAIL },
      [`local_shell (c) /output "${MAIL}"`],
    ],
    [
      'of a patch',
      { type: 'apply_patch_call', operation: {} },
      { type: 'apply_patch_call_output', output: MAIL },
      [`apply_patch (c) /output "${MAIL}"`],
    ],
    [
      'of a computer',
      { type: 'computer_call', action: {} },
      {
        type: 'computer_call_output',
        output: { type: 'computer_screenshot', image_url: 'data:image/png;base64,iVBORw0K', note: MAIL },
        acknowledged_safety_checks: [{ id: 'cu_1' }],
      },
      [`computer (c) /output/note "${MAIL}"`],
    ],
    [
      'of a program',
      { type: 'program', code: 'x' },
      { type: 'program_output', result: MAIL },
      [`program (c) /result "${MAIL}"`],
    ],
  ];
  test.each(results)('%s carry the name of the call', (_what, call, result, expected) => {
    const { units } = input(
      { ...call, id: 'i', call_id: 'c' },
      { ...result, id: 'r', call_id: 'c', status: 'completed' },
    );
    const own = units.filter((unit) => unit.stage === 'tool_result');
    expect(lines(own)).toEqual(expected.map((line) => `tool_result ${line.replace(' /', ' /input/1/')}`));
  });

  it('without their call say the tool where their type does', () => {
    const { units } = input(
      { type: 'function_call_output', call_id: 'c', output: 'x' },
      { type: 'shell_call_output', call_id: 'd', output: [] },
    );
    expect(lines(units)).toEqual([
      'tool_result (c) /input/0/output "x"',
      'tool_result shell (d) /input/1/output',
    ]);
  });

  it('that the provider made stand in its call', () => {
    const { units, omit } = output(
      { type: 'mcp_call', id: 'm', name: 'find', arguments: '{}', output: `{"mail":"${MAIL}"}`, error: null },
      { type: 'mcp_call', id: 'n', name: 'find', arguments: '{}', output: null, error: { message: 'no' } },
      {
        type: 'file_search_call',
        id: 'f',
        queries: [],
        results: [{ file_id: 'file_1', filename: 'a.txt', text: MAIL, score: 0.5 }],
      },
      {
        type: 'code_interpreter_call',
        id: 'c',
        code: null,
        outputs: [
          { type: 'logs', logs: MAIL },
          { type: 'image', url: 'data:image/png;base64,iVBORw0K' },
        ],
      },
      { type: 'image_generation_call', id: 'i', result: 'iVBOR' },
    );
    expect(lines(units.filter((unit) => unit.stage === 'tool_result'))).toEqual([
      `tool_result find (m) /output/0/output "${MAIL}"`,
      'tool_result find (n) /output/1/error "no"',
      `tool_result file_search (f) /output/2/results "a.txt" "${MAIL}"`,
      `tool_result code_interpreter (c) /output/3/outputs/0/logs "${MAIL}"`,
    ]);
    expect(omit.map((leaf) => leaf.path)).toEqual(['/output/3/outputs/1/url', '/output/4/result']);
  });
});

describe('other items', () => {
  it('have text where people or models wrote it, and leave what is encrypted alone', () => {
    const { units, omit } = input(
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'short' }],
        content: [{ type: 'reasoning_text', text: 'long' }],
        encrypted_content: 'gAAA',
      },
      { type: 'compaction', id: 'cmp_1', encrypted_content: 'gAAB' },
      { type: 'program', id: 'p', call_id: 'c', code: `tools.send("${MAIL}")`, fingerprint: 'zz' },
      { type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: false, reason: 'no' },
      {
        type: 'agent_message',
        role: 'assistant',
        content: [
          { type: 'output_text', text: 'agent' },
          { type: 'encrypted', encrypted_content: 'gAAC' },
        ],
      },
      { type: 'unheard_of', id: 'u', deep: { er: ['inside'] } },
      'a bare string',
    );
    expect(lines(units)).toEqual([
      'prompt /input/0/summary/0/text "short"',
      'prompt /input/0/content/0/text "long"',
      `prompt /input/2/code "tools.send(\\"${MAIL}\\")"`,
      'prompt /input/3/reason "no"',
      'prompt /input/4/content/0/text "agent"',
      'prompt /input/5/deep "inside"',
      'prompt /input/6 "a bare string"',
    ]);
    expect(omit.map(textOf)).toEqual(['"gAAA"', '"gAAB"', '"zz"', '"gAAC"']);
  });

  it('bring tools along', () => {
    const tool = { type: 'function', name: 'late', description: MAIL };
    const reading = input(
      { type: 'additional_tools', role: 'developer', tools: [tool] },
      { type: 'tool_search_output', call_id: 'c', tools: [{ ...tool, name: 'later' }] },
      {
        type: 'mcp_list_tools',
        id: 'l',
        server_label: 'crm',
        tools: [{ name: 'find', description: MAIL, input_schema: { type: 'object' } }],
      },
    );
    expect([...reading.offered!]).toEqual(['late', 'later', 'find']);
    expect(lines(reading.units)).toEqual([
      `tool_definition late /input/0/tools/0 !"function" !"late" "${MAIL}"`,
      `tool_definition later /input/1/tools/0 !"function" !"later" "${MAIL}"`,
      `tool_definition find remote /input/2/tools/0 !"find" "${MAIL}" !"object"`,
    ]);
  });
});

describe('offered tools', () => {
  const offer = (...tools: Json[]) => request({ tools });

  it('are functions and free-text tools, alone and in namespaces', () => {
    const grammar = { type: 'grammar', syntax: 'lark', definition: 'start: "x"' };
    const { units, offered } = offer(
      {
        type: 'function',
        name: 'send',
        description: `mails ${MAIL}`,
        strict: true,
        parameters: {
          type: 'object',
          properties: { to: { type: 'string', description: MAIL, enum: ['a'] } },
          required: ['to'],
        },
      },
      { type: 'custom', name: 'note', description: 'notes', format: grammar },
      {
        type: 'namespace',
        name: 'crm',
        description: 'about customers',
        tools: [{ type: 'function', name: 'find', description: 'finds' }],
      },
      { type: 'function', function: { name: 'nested', description: 'as in chat' } },
    );
    expect([...offered!]).toEqual(['send', 'note', 'find', 'nested']);
    expect(lines(units)).toMatchInlineSnapshot(`
      [
        "tool_definition send /tools/0 !"function" !"send" "mails ann@example.com" !"object" !"string" "ann@example.com" "a" !"to"",
        "tool_definition note /tools/1 !"custom" !"note" "notes" !"grammar" !"lark" !"start: \\"x\\""",
        "tool_definition /tools/2/description "about customers"",
        "tool_definition find /tools/2/tools/0 !"function" !"find" "finds"",
        "tool_definition nested /tools/3 !"function" !"nested" "as in chat"",
      ]
    `);
    expect(units[0]!.tool).toEqual({ name: 'send', description: `mails ${MAIL}` });
  });

  it.each<[Json, string, boolean]>([
    [{ type: 'shell' }, 'shell', false],
    [{ type: 'shell', environment: { type: 'local' } }, 'shell', false],
    [{ type: 'shell', environment: { type: 'container_auto' } }, 'shell', true],
    [{ type: 'local_shell' }, 'local_shell', false],
    [{ type: 'apply_patch' }, 'apply_patch', false],
    [{ type: 'computer' }, 'computer', false],
    [{ type: 'computer_use_preview', environment: 'browser', display_width: 1024 }, 'computer', false],
    [{ type: 'tool_search', execution: 'client' }, 'tool_search', false],
    [{ type: 'web_search' }, 'web_search', true],
    [{ type: 'web_search_preview_2025_03_11' }, 'web_search', true],
    [{ type: 'web_search_2025_08_26' }, 'web_search', true],
    [{ type: 'file_search', vector_store_ids: ['vs_1'] }, 'file_search', true],
    [{ type: 'code_interpreter', container: { type: 'auto' } }, 'code_interpreter', true],
    [
      { type: 'image_generation', input_image_mask: { image_url: 'data:image/png;base64,iVBORw0K' } },
      'image_generation',
      true,
    ],
  ])('of a type offer their call: %j', (tool, name, remote) => {
    const { units, offered } = offer(tool);
    expect([...offered!]).toEqual([name]);
    expect(units[0]).toMatchObject({ stage: 'tool_definition', path: '/tools/0', tool: { name } });
    expect(units[0]!.remote === true).toBe(remote);
  });

  it('of a type have words of their own', () => {
    const { units, omit } = offer(
      {
        type: 'web_search',
        user_location: { type: 'approximate', city: 'Florence' },
        filters: { allowed_domains: ['example.com'] },
      },
      {
        type: 'tool_search',
        execution: 'client',
        description: MAIL,
        parameters: { type: 'object', properties: { q: { description: 'what' } } },
      },
      {
        type: 'shell',
        environment: {
          type: 'container_auto',
          skills: [
            { type: 'inline', name: 'a', description: MAIL, source: { type: 'base64', data: 'UEsD' } },
          ],
        },
      },
    );
    expect(lines(units.filter(({ leaves }) => leaves.length > 0))).toMatchInlineSnapshot(`
      [
        "tool_definition /tools/0/user_location !"approximate" "Florence"",
        "tool_definition /tools/0/filters "example.com"",
        "tool_definition /tools/1/description "ann@example.com"",
        "tool_definition /tools/1/parameters !"object" "what"",
        "tool_definition /tools/2/environment/skills/0/name "a"",
        "tool_definition /tools/2/environment/skills/0/description "ann@example.com"",
      ]
    `);
    expect(omit.map(textOf)).toEqual(['"UEsD"']);
  });

  it('of an MCP server run elsewhere: names are decided on, credentials are left alone', () => {
    const server = {
      type: 'mcp',
      server_label: 'crm',
      server_url: 'https://crm.example.com/mcp?key=k',
      authorization: 'Bearer secret',
      headers: { 'X-Key': 'secret' },
      server_description: MAIL,
      require_approval: 'never',
    };
    const { units, omit, offered } = offer(
      { ...server, allowed_tools: ['find'] },
      { ...server, allowed_tools: { tool_names: ['drop'] } },
    );
    expect([...offered!]).toEqual(['find', 'drop']);
    expect(units.map(({ path, tool, remote }) => [path, tool?.name, remote])).toEqual([
      ['/tools/0', 'crm', true],
      ['/tools/0/allowed_tools/0', 'find', true],
      ['/tools/1', 'crm', true],
      ['/tools/1/allowed_tools/0', 'drop', true],
    ]);
    expect(lines(units)[0]).toContain(`!"https://crm.example.com/mcp?key=k" "${MAIL}"`);
    expect(lines(units).join()).not.toContain('secret');
    expect(omit).toHaveLength(4);
  });
});

describe('a response', () => {
  it('has its id, and says again what the request said', () => {
    const reading = answer({
      id: 'resp_1',
      object: 'response',
      status: 'completed',
      model: 'gpt-5',
      instructions: `for ${MAIL}`,
      metadata: { owner: MAIL },
      tools: [
        { type: 'function', name: 'send', description: MAIL, parameters: { type: 'object' } },
        {
          type: 'web_search',
          search_context_size: 'low',
          user_location: { type: 'approximate', city: 'Florence' },
        },
        {
          type: 'mcp',
          server_label: 'crm',
          server_description: MAIL,
          allowed_tools: ['find'],
          headers: { a: 'b' },
        },
      ],
      text: { format: { type: 'json_schema', name: 'a', schema: { description: MAIL } } },
      output: [
        {
          type: 'message',
          id: 'msg_1',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'hi', annotations: [], logprobs: [{ token: 'hi' }] }],
        },
      ],
      usage: { input_tokens: 123456 },
      error: null,
    });
    expect(reading.id).toBe('resp_1');
    expect(lines(reading.units)).toMatchInlineSnapshot(`
      [
        "response /instructions "for ann@example.com"",
        "response /metadata "ann@example.com"",
        "response /tools/0 !"function" !"send" "ann@example.com" !"object"",
        "response /tools/1/user_location !"approximate" "Florence"",
        "response /tools/2 !"mcp" !"crm" "ann@example.com" !"find"",
        "response /text/format/schema "ann@example.com"",
        "response /output/0/content/0/text "hi"",
      ]
    `);
    expect(reading.units.find((unit) => unit.path === '/output/0/content/0/text')!.shadows).toHaveLength(1);
  });

  it('that failed, and an error, hold text', () => {
    expect(
      lines(
        answer({
          id: 'r',
          object: 'response',
          status: 'failed',
          error: { code: 'server_error', message: MAIL },
          output: [],
        }).units,
      ),
    ).toEqual([`response /error/message "${MAIL}"`]);
    expect(
      lines(
        answer({ error: { type: 'invalid_request_error', code: null, param: 'input', message: MAIL } }).units,
      ),
    ).toEqual([`response /error/message "${MAIL}"`]);
  });

  it('may be a list of items, or one item of a conversation', () => {
    const call = {
      type: 'function_call',
      id: 'fc',
      call_id: 'c',
      name: 'send',
      arguments: `{"to":"${MAIL}"}`,
    };
    const list = {
      object: 'list',
      data: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] }, call],
      first_id: 'a',
      last_id: 'b',
      has_more: false,
    };
    expect(lines(answer(list).units)).toEqual([
      'response /data/0/content/0/text "hi"',
      `tool_call send (c) /data/1/arguments "${MAIL}"`,
    ]);
    expect(lines(answer(call).units)).toEqual([`tool_call send (c) /arguments "${MAIL}"`]);
  });

  it('reads both where output stands twice', () => {
    const one = (name: string) => `{"type":"function_call","call_id":"c","name":"${name}","arguments":"{}"}`;
    expect(lines(answer(`{"output":[${one('a')}],"output":[${one('b')}]}`).units)).toEqual([
      'tool_call a (c) /output/0/arguments',
      'tool_call b (c) /output/0/arguments',
    ]);
  });
});

describe('an edit', () => {
  it('stands in the provider’s own bytes, through the JSON inside arguments', () => {
    const body =
      '{ "output" : [{"type":"function_call","call_id":"c","name":"f",\n"arguments":"{ \\"to\\": \\"ann\\\\u0040example.com\\", \\"n\\": 1.0 }"}], "x": 1e5 }';
    const doc = docOf(body);
    const { units } = answer(body);
    expect(textOf(units[0]!.leaves[0]!)).toBe(MAIL);
    expect(write(doc, [])).toBe(body);
    const edited = write(doc, replacing(readAll(doc), MAIL, 'a "b" \\ é\n'));
    expect(edited).toBe(body.replace('ann\\\\u0040example.com', 'a \\\\\\"b\\\\\\" \\\\\\\\ é\\\\n'));
    expect(JSON.parse(JSON.parse(edited).output[0].arguments)).toEqual({ to: 'a "b" \\ é\n', n: 1 });
  });
});
