import { type Found, type Kind, latin, type Text } from './bytes.ts';

/** URLs that are a key in themselves: whoever has one may post. */
export const webhooks: readonly Kind[] = [
  { entity: 'SLACK_WEBHOOK_URL', group: 'secret', longest: 200 },
  { entity: 'DISCORD_WEBHOOK_URL', group: 'secret', longest: 200 },
  { entity: 'MICROSOFT_TEAMS_WEBHOOK', group: 'secret', longest: 300 },
  { entity: 'ZAPIER_WEBHOOK_URL', group: 'secret', longest: 100 },
];

const hooks: readonly (readonly [entity: string, url: RegExp])[] = [
  [
    'SLACK_WEBHOOK_URL',
    /^https?:\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9+/]{36,120}/,
  ],
  [
    'DISCORD_WEBHOOK_URL',
    /^https?:\/\/(?:\w{1,12}\.)?discord(?:app)?\.com\/api(?:\/v\d+)?\/webhooks\/\d{15,20}\/[\w-]{60,80}/,
  ],
  [
    'MICROSOFT_TEAMS_WEBHOOK',
    /^https:\/\/(?:[a-z0-9.-]{1,60}\.webhook\.office\.com\/webhookb2|outlook\.office(?:365)?\.com\/webhook)\/[\w@/-]{60,220}/,
  ],
  ['ZAPIER_WEBHOOK_URL', /^https:\/\/hooks\.zapier\.com\/hooks\/catch\/\d{4,12}\/[\w/]{5,40}/],
];

/** From the colon of `://`. */
export function findWebhook(text: Text, colon: number): Found | undefined {
  const start = colon - (text.bytes[colon - 1] === 0x73 ? 5 : 4);
  const url = latin(text, start, start + 300);
  for (const [entity, pattern] of hooks) {
    const match = start >= text.start ? pattern.exec(url) : null;
    if (match)
      return {
        entity,
        start,
        end: start + match[0].length,
        score: 0.95,
        detector: entity.toLowerCase().replaceAll('_', '-'),
      };
  }
  return undefined;
}
