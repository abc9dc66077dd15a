/** Anthropic Messages: what a request and a whole answer are made of. */
import { describe, expect, it } from 'vitest';
import { answer, docOf, request, textOf, texts, told, write } from './anthropic-reading.ts';

const user = (...content: unknown[]) => ({ model: 'm', messages: [{ role: 'user', content }] });
const blockTexts = (block: unknown, stage?: 'prompt' | 'tool_result') =>
  texts(request(user(block)).units, stage).map((line) => line.replace('/messages/0/content/0', '…'));
const opaque = (block: unknown) =>
  request(user(block)).omit.map((leaf) => leaf.path.replace('/messages/0/content/0', '…'));

describe('a request', () => {
  it('says model, stream, turns and what it goes on from', () => {
    const body = {
      model: 'claude-x',
      stream: true,
      thread: { type: 'continue', previous_message_id: 'msg_1' },
      messages: [
        { role: 'user', content: 'hello' },
        { role: 'assistant', content: 'hi' },
      ],
    };
    const reading = request(body);
    expect(reading).toMatchObject({ model: 'claude-x', stream: true, previous: 'msg_1', offered: undefined });
    expect(reading.turns.map(({ start, end }) => JSON.parse(JSON.stringify(body).slice(start, end)))).toEqual(
      body.messages,
    );
  });

  it('has text in system, in messages of every role, in metadata and instructions', () => {
    const { units, omit } = request({
      system: [{ type: 'text', text: 'be kind', cache_control: { type: 'ephemeral' } }],
      messages: [
        { role: 'user', content: 'plain' },
        { role: 'system', content: [{ type: 'text', text: 'later' }] },
      ],
      metadata: { user_id: 'u-17' },
      stop_sequences: ['END'],
      context_management: {
        edits: [
          {
            type: 'compact_20260112',
            instructions: 'keep names',
            trigger: { type: 'input_tokens', value: 150000 },
          },
        ],
      },
      compaction: { type: 'summarize', instructions: 'be short' },
      fallback_credit_token: 'fct_Q2xhdWRl',
    });
    expect(texts(units, 'prompt')).toEqual([
      '/system/0/text be kind',
      '/messages/0/content plain',
      '/messages/1/content/0/text later',
      '/metadata/user_id u-17',
      '/stop_sequences/0 END',
      '/context_management/edits/0/instructions keep names',
      '/compaction/instructions be short',
    ]);
    expect(omit.map((leaf) => leaf.path)).toEqual(['/fallback_credit_token']);
    expect(texts(request({ system: 'one string' }).units)).toEqual(['/system one string']);
  });

  it('keeps a schema for the answer as names, and its words as text', () => {
    const schema = { type: 'object', properties: { name: { type: 'string', description: 'who' } } };
    const { units } = request({ output_config: { effort: 'low', format: { type: 'json_schema', schema } } });
    expect(texts(units)).toEqual([
      '/output_config/format/schema/type! object',
      '/output_config/format/schema/properties/name/type! string',
      '/output_config/format/schema/properties/name/description who',
    ]);
  });
});

describe('a block', () => {
  it.each([
    [
      'an image',
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
      [],
      ['…/source/data'],
    ],
    [
      'an image by URL',
      { type: 'image', source: { type: 'url', url: 'https://a.example/x' } },
      ['…/source/url https://a.example/x'],
      [],
    ],
    [
      'inline media',
      { type: 'image', source: { type: 'url', url: 'data:image/png;base64,AA' } },
      [],
      ['…/source/url'],
    ],
    [
      'a text document',
      {
        type: 'document',
        title: 'T',
        context: 'C',
        source: { type: 'text', media_type: 'text/plain', data: 'words' },
      },
      ['…/title T', '…/context C', '…/source/data words'],
      [],
    ],
    [
      'a document of blocks',
      {
        type: 'document',
        source: {
          type: 'content',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
      },
      ['…/source/content/0/text a', '…/source/content/1/text b'],
      [],
    ],
    [
      'a document of text',
      { type: 'document', source: { type: 'content', content: 'abc' } },
      ['…/source/content abc'],
      [],
    ],
    ['a file', { type: 'document', source: { type: 'file', file_id: 'file_1' } }, [], []],
    [
      'a search result',
      {
        type: 'search_result',
        title: 'T',
        source: 'https://s.example',
        content: [{ type: 'text', text: 'found' }],
        citations: { enabled: true },
      },
      ['…/title T', '…/source https://s.example', '…/content/0/text found'],
      [],
    ],
    [
      'thinking',
      { type: 'thinking', thinking: 'hmm', signature: 'c2ln' },
      ['…/thinking! hmm'],
      ['…/signature'],
    ],
    ['redacted thinking', { type: 'redacted_thinking', data: 'AAAA' }, [], ['…/data']],
    [
      'a signed summary',
      { type: 'compaction', content: 'so far', signature: 's', encrypted_content: 'x' },
      ['…/content! so far'],
      ['…/signature', '…/encrypted_content'],
    ],
    [
      'a summary',
      { type: 'compaction', content: 'so far', encrypted_content: null },
      ['…/content so far'],
      ['…/encrypted_content'],
    ],
    ['an upload', { type: 'container_upload', file_id: 'file_1' }, [], []],
    ['a switch of models', { type: 'fallback', from: { model: 'a' }, to: { model: 'b' } }, [], []],
    [
      'a citation',
      {
        type: 'text',
        text: 'so',
        citations: [
          {
            type: 'web_search_result_location',
            cited_text: 'quote',
            url: 'https://q.example',
            title: 't',
            encrypted_index: 'E',
          },
        ],
      },
      [
        '…/text so',
        '…/citations/0/cited_text quote',
        '…/citations/0/url https://q.example',
        '…/citations/0/title t',
      ],
      ['…/citations/0/encrypted_index'],
    ],
    [
      'a kind that nobody knows yet',
      {
        type: 'hologram',
        id: 'h1',
        caption: 'see',
        parts: [{ type: 'layer', note: 'deep', signature: 'S', source: { type: 'base64', data: 'AA' } }],
      },
      ['…/caption see', '…/parts/0/note deep'],
      ['…/parts/0/signature', '…/parts/0/source/data'],
    ],
  ])('%s', (_what, block, words, sealed) => {
    expect(blockTexts(block, 'prompt')).toEqual(words);
    expect(opaque(block)).toEqual(sealed);
  });

  it('that is no object is text', () => {
    expect(texts(request(user('loose', { type: 7, text: 'odd' })).units)).toEqual([
      '/messages/0/content/0 loose',
      '/messages/0/content/1/text odd',
    ]);
  });
});

describe('calls and results in the history', () => {
  const body = {
    messages: [
      {
        role: 'assistant',
        content: [
          {
            type: 'tool_use',
            id: 'toolu_1',
            name: 'mail',
            input: { to: 'Ann', n: 12345678 },
            caller: { type: 'direct' },
          },
          { type: 'mcp_tool_use', id: 'mcptoolu_2', name: 'find', server_name: 'crm', input: {} },
          { type: 'server_tool_use', id: 'srvtoolu_3', name: 'web_search', input: { query: 'Ann' } },
          {
            type: 'web_search_tool_result',
            tool_use_id: 'srvtoolu_3',
            content: [
              {
                type: 'web_search_result',
                title: 'T',
                url: 'https://a.example',
                encrypted_content: 'E',
                page_age: null,
              },
            ],
          },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'toolu_1',
            content: '{"sent": {"to": "Bob"}}',
            is_error: false,
          },
          {
            type: 'mcp_tool_result',
            tool_use_id: 'mcptoolu_2',
            content: [
              { type: 'text', text: '[1, "Cid"]' },
              { type: 'text', text: 'plain' },
            ],
          },
          {
            type: 'tool_result',
            tool_use_id: 'gone',
            content: [
              { type: 'image', source: { type: 'base64', data: 'AA' } },
              { type: 'tool_reference', tool_name: 'x' },
            ],
          },
        ],
      },
    ],
  };
  const { units, omit } = request(body);

  it('are units with names, ids and values', () => {
    expect(
      units.map(told).map(({ leaves, ...unit }) => ({
        ...unit,
        leaves: leaves.map(([path, , text]) => `${path} ${text}`),
      })),
    ).toEqual([
      {
        stage: 'past_call',
        path: '/messages/0/content/0/input',
        tool: 'mail',
        callId: 'toolu_1',
        leaves: ['/messages/0/content/0/input/to Ann', '/messages/0/content/0/input/n 12345678'],
        values: [{ to: 'Ann', n: 12345678 }],
      },
      {
        stage: 'past_call',
        path: '/messages/0/content/1/input',
        tool: 'find',
        callId: 'mcptoolu_2',
        remote: true,
        leaves: [],
        values: [{}],
      },
      {
        stage: 'past_call',
        path: '/messages/0/content/2/input',
        tool: 'web_search',
        callId: 'srvtoolu_3',
        remote: true,
        leaves: ['/messages/0/content/2/input/query query', '/messages/0/content/2/input/query Ann'],
        values: [{ query: 'Ann' }],
      },
      ...['title T', 'url https://a.example'].map((line) => ({
        stage: 'tool_result',
        path: `/messages/0/content/3/content/0/${line.split(' ')[0]}`,
        tool: 'web_search',
        callId: 'srvtoolu_3',
        leaves: [`/messages/0/content/3/content/0/${line}`],
        values: [line.split(' ')[1]],
      })),
      {
        stage: 'tool_result',
        path: '/messages/1/content/0/content',
        tool: 'mail',
        callId: 'toolu_1',
        leaves: ['/messages/1/content/0/content/sent/to Bob'],
        values: [{ sent: { to: 'Bob' } }],
      },
      {
        stage: 'tool_result',
        path: '/messages/1/content/1/content/0/text',
        tool: 'find',
        callId: 'mcptoolu_2',
        leaves: ['/messages/1/content/1/content/0/text/1 Cid'],
        values: [[1, 'Cid']],
      },
      {
        stage: 'tool_result',
        path: '/messages/1/content/1/content/1/text',
        tool: 'find',
        callId: 'mcptoolu_2',
        leaves: ['/messages/1/content/1/content/1/text plain'],
        values: ['plain'],
      },
    ]);
  });

  it('keep what is opaque out', () => {
    expect(omit.map((leaf) => leaf.path)).toEqual([
      '/messages/0/content/3/content/0/encrypted_content',
      '/messages/1/content/2/content/0/source/data',
    ]);
  });

  it('are read under both spellings where the input stands twice', () => {
    const twice =
      '{"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"n","input":{"x":"1"},"input":{"x":"2"}}]}]}';
    expect(request(twice).units.map((unit) => unit.values?.())).toEqual([[{ x: '1' }], [{ x: '2' }]]);
  });
});

describe('kinds that nobody knows yet', () => {
  it('are calls where they have a name and an input, results where they answer one', () => {
    const content = [
      { type: 'dream_use', id: 'd1', name: 'dream', input: { of: 'Ann' } },
      { type: 'dream_tool_result', tool_use_id: 'd1', content: { type: 'dream_result', seen: 'Bob' } },
    ];
    expect(answer({ content }).units.map(({ stage, tool, remote }) => [stage, tool?.name, remote])).toEqual([
      ['tool_call', 'dream', undefined],
      ['tool_result', 'dream', undefined],
    ]);
  });
});

describe('offered tools', () => {
  const definitions = (body: object) =>
    request(body)
      .units.filter((unit) => unit.stage === 'tool_definition')
      .map(({ tool, remote, path }) => `${path} ${tool?.name ?? '-'}${remote ? ' remote' : ''}`);

  it('are the names of the app’s own tools and of Anthropic’s', () => {
    const body = {
      tools: [
        {
          name: 'mail',
          description: 'send',
          input_schema: { type: 'object' },
          input_examples: [{ name: 'Ann', type: 'x' }],
        },
        { type: 'custom', name: 'own', input_schema: {} },
        { type: 'bash_20250124', name: 'bash' },
        {
          type: 'web_search_20250305',
          name: 'web_search',
          user_location: { city: 'Rome', type: 'approximate' },
        },
        { type: 'brand_new_20270101', name: 'unheard_of' },
      ],
    };
    expect([...request(body).offered!]).toEqual(['mail', 'own', 'bash', 'web_search', 'unheard_of']);
    expect(definitions(body)).toEqual([
      '/tools/0 mail',
      '/tools/1 own',
      '/tools/2 bash',
      '/tools/3 web_search remote',
      '/tools/4 unheard_of remote',
    ]);
    expect(texts(request(body).units)).toEqual([
      '/tools/0/name! mail',
      '/tools/0/description send',
      '/tools/0/input_schema/type! object',
      '/tools/0/input_examples/0/name Ann',
      '/tools/0/input_examples/0/type x',
      '/tools/1/type! custom',
      '/tools/1/name! own',
      '/tools/2/type! bash_20250124',
      '/tools/2/name! bash',
      '/tools/3/type! web_search_20250305',
      '/tools/3/name! web_search',
      '/tools/3/user_location/city Rome',
      '/tools/3/user_location/type! approximate',
      '/tools/4/type! brand_new_20270101',
      '/tools/4/name! unheard_of',
    ]);
  });

  it('are the members of a known toolset; an unknown one leaves it open', () => {
    const toolset = (type: string) =>
      request({ tools: [{ type }, { name: 'mine', input_schema: {} }] }).offered;
    expect(toolset('browser_toolset_20260801')).toContain('javascript_exec');
    expect(toolset('computer_toolset_20260801')?.size).toBe(18);
    expect(toolset('browser_toolset_20990101')).toBeUndefined();
  });

  it('arrive in messages, too', () => {
    const definition = { name: 'late', description: 'd', input_schema: {} };
    const body = {
      messages: [
        {
          role: 'system',
          content: [
            { type: 'tool_addition', tool: { type: 'tool_definition', definition } },
            { type: 'tool_removal', tool: { type: 'tool_reference', name: 'mail' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            {
              type: 'compaction',
              content: 'c',
              tool_changes: [
                {
                  type: 'tool_addition',
                  tool: { type: 'tool_definition', definition: { ...definition, name: 'kept' } },
                },
              ],
            },
          ],
        },
        {
          role: 'assistant',
          content: [
            {
              type: 'mcp_tool_listing',
              mcp_server_name: 'crm',
              tools: [{ name: 'find', description: 'Finds Ann', input_schema: {} }],
            },
          ],
        },
      ],
    };
    expect([...request(body).offered!]).toEqual(['late', 'kept']);
    const open = { type: 'tool_definition', definition: { type: 'swarm_toolset_20270101' } };
    const addition = { role: 'system', content: [{ type: 'tool_addition', tool: open }] };
    expect(request({ messages: [addition, ...body.messages] }).offered).toBeUndefined();
    expect(definitions(body)).toEqual([
      '/messages/0/content/0/tool/definition late',
      '/messages/1/content/0/tool_changes/0/tool/definition kept',
      '/messages/2/content/0 crm remote',
      '/messages/2/content/0/tools/0 find remote',
    ]);
  });

  it('of MCP servers run elsewhere: their names are decided on, their credential is left alone', () => {
    const body = {
      mcp_servers: [
        {
          type: 'url',
          name: 'crm',
          url: 'https://mcp.example/ann',
          authorization_token: 'tok',
          tool_configuration: { allowed_tools: ['wipe'] },
        },
      ],
      tools: [
        {
          type: 'mcp_toolset',
          mcp_server_name: 'crm',
          default_config: { enabled: false },
          configs: { find: { enabled: true }, drop: { enabled: false } },
        },
      ],
    };
    const { units, omit, offered } = request(body);
    expect(definitions(body)).toEqual([
      '/mcp_servers/0 crm remote',
      '/mcp_servers/0/tool_configuration/allowed_tools/0 wipe remote',
      '/tools/0 crm remote',
      '/tools/0/configs/find find remote',
    ]);
    expect([...offered!]).toEqual([]);
    expect(omit.map((leaf) => [leaf.path, textOf(leaf)])).toEqual([
      ['/mcp_servers/0/authorization_token', '"tok"'],
    ]);
    expect(texts(units)).toEqual([
      '/mcp_servers/0/type! url',
      '/mcp_servers/0/name! crm',
      '/mcp_servers/0/url https://mcp.example/ann',
      '/mcp_servers/0/tool_configuration/allowed_tools/0! wipe',
    ]);
  });
});

describe('an answer', () => {
  it('has texts, calls, results and its id', () => {
    const { id, units, omit } = answer({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [
        { type: 'thinking', thinking: 'hmm', signature: 's' },
        { type: 'text', text: 'Hello', citations: null },
        { type: 'server_tool_use', id: 's1', name: 'code_execution', input: { code: 'print(1)' } },
        {
          type: 'code_execution_tool_result',
          tool_use_id: 's1',
          content: {
            type: 'encrypted_code_execution_result',
            stderr: 'oops',
            encrypted_stdout: 'E',
            return_code: 123456,
            content: [{ type: 'code_execution_output', file_id: 'f' }],
          },
        },
        { type: 'tool_use', id: 't1', name: 'key', toolset_name: 'computer', input: { text: 'x' } },
        {
          type: 'mcp_tool_listing',
          mcp_server_name: 'crm',
          tools: [{ name: 'find', description: 'Finds Ann' }],
        },
      ],
      stop_reason: 'tool_use',
      stop_sequence: 'END',
      stop_details: { type: 'refusal', category: null, explanation: 'because', fallback_credit_token: 'tok' },
      usage: { input_tokens: 123456 },
    });
    expect(id).toBe('msg_1');
    expect(
      units.map(
        (unit) =>
          `${unit.stage} ${unit.tool?.name ?? ''} ${unit.remote ? 'remote ' : ''}${unit.leaves.map(textOf).join(' ')}`,
      ),
    ).toEqual([
      'response  hmm',
      'response  Hello',
      'tool_call code_execution remote print(1)',
      'tool_result code_execution oops',
      'tool_call key x',
      'response  find description Finds Ann',
      'response  END',
      'response  because',
    ]);
    expect(omit.map((leaf) => leaf.path)).toEqual([
      '/content/0/signature',
      '/content/3/content/encrypted_stdout',
      '/stop_details/fallback_credit_token',
    ]);
  });

  it('may be an error, or a count', () => {
    const error = {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'no such ann' },
      request_id: 'req_1',
    };
    expect(texts(answer(error).units)).toEqual(['/error/message no such ann']);
    expect(answer({ input_tokens: 1234567 }).units).toEqual([]);
  });

  it('without edits leaves as it came', () => {
    const odd =
      '{ "type" : "message", "content":[ {"type":"text","text":"\\u0041\\/","x":1.0, "x":1e5} ] }\n';
    expect(write(docOf(odd), [])).toBe(odd);
  });
});
