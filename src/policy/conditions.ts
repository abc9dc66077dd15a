/** The conditions of a policy file, each with its place and what it is asked of. */
import type { Stage } from '../exchange.ts';
import type { PolicyFile } from './policy.generated.ts';
import { type Said, saidIn } from './said.ts';
import { stages, stagesOf } from './stages.ts';
import type { Path } from './yaml.ts';

export interface Placed {
  /** Of the condition's text. */
  readonly path: Path;
  /** `rules.no-keys`, `tools["refund_*"]`. */
  readonly rule: string;
  readonly effect: 'approve' | 'deny';
  readonly text: string;
  readonly said: Said;
  /** The row's pattern; a rule may be asked of any tool. */
  readonly tools: string;
  readonly stages: readonly Stage[];
}

export function conditionsOf(file: PolicyFile): Placed[] {
  const ofTools = Object.entries(file.tools ?? {}).flatMap(([tools, row]) =>
    (['deny', 'approve'] as const).flatMap((effect) => {
      const statement = typeof row === 'object' ? row[effect] : undefined;
      const text = typeof statement === 'object' ? statement.if : undefined;
      if (text === undefined) return [];
      const rule = `tools[${JSON.stringify(tools)}]`;
      const path = ['tools', tools, effect, 'if'];
      return [{ path, rule, effect, text, said: saidIn(text), tools, stages: ['tool_call' as const] }];
    }),
  );
  const ofRules = (file.rules ?? []).map((rule, i): Placed => {
    const said = saidIn(rule.when);
    return {
      path: ['rules', i, 'when'],
      rule: `rules.${rule.id}`,
      effect: rule.approve === undefined ? 'deny' : 'approve',
      text: rule.when,
      said,
      tools: '*',
      stages: rule.stages
        ? stages.filter((stage) => rule.stages!.some((name) => stagesOf(name).includes(stage)))
        : usual(said),
    };
  });
  return [...ofTools, ...ofRules];
}

/** As rules without `stages` have them. */
function usual({ reads }: Said): readonly Stage[] {
  const roots = new Set(reads.map(({ chain }) => chain[0]));
  if (roots.has('result')) return ['tool_result'];
  return roots.has('args') || roots.has('tool') ? ['tool_call'] : stages;
}
