/** The built-in policy, as `policy init` writes it out. The text is the policy: it is read like any other file. */
export const starterPolicy = `# The policy of this gateway. As it stands it says what is built in: change what you need, delete the rest.
# Reference: \`fcgate policy schema\`; try it: \`fcgate policy check\`, \`fcgate policy test\`.
version: 1
# extends: ./team.yaml          # another file as the base; \`none\` starts from nothing

# Upstreams, each at http://127.0.0.1:4141/NAME. openai, anthropic and gemini are there without being listed.
# connections:
#   internal: { provider: openai, target: https://llm.example.com, uninspectable: refuse }

# From which score on something counts as a finding, by entity or group: 0.5 where nothing is said. Below it, nothing is
# masked or recorded as one; \`fcgate scan --explain\` shows the scores.
# thresholds: { PHONE_NUMBER: 0.6, secret: 0.4 }

# Entities or groups (pii, financial, secret, network, all) and the form their values take:
# surrogate, placeholder, redact, partial, hash, keep.
mask:
  to_model: { pii: surrogate, financial: surrogate, secret: redact }
  to_app: { secret: redact }
  # fields:                     # by tool: JSONPath into its arguments and results
  #   lookup_patient: { $.patient.ssn: redact }
  # except: ['*@ourcompany.com', 10.0.0.0/8]
  restore: true                 # the caller gets its own values back; { urls: true } inside of URLs, too

# New calls, by tool; the most specific pattern holds.
tools:
  # refund_*: { approve: { if: args.amount > 500, groups: [finance], within: 2m } }
  # delete_*: { deny: Ask an operator. }
  "*": allow

# What the tables cannot say, in CEL. A rule can only tighten.
# rules:
#   - id: no-private-keys
#     stages: [to_model]
#     when: findings.exists(f, f.entity == "PRIVATE_KEY")
#     deny: Private keys never leave this machine.

# risk:                         # a sum, 0 to 100, of distinct findings and the tool
#   weights: { secret: 60, financial: 25, pii: 10 }
#   tools: { delete_*: 40 }
#   approve_at: 60
#   deny_at: 90

record: { keep: 30d, on_error: refuse, durability: batch }
limits: { body: 32MB, depth: 128, idle: 10m }
unoffered_tools: deny           # a call to a tool that the request did not offer
`;
