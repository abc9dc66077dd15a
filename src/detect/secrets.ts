import { ALNUM, BASE64, DIGIT, DOTTED, HEX, type Kind, LOWER, UPPER, URLSAFE } from './bytes.ts';
import { type Literal, type Row, type Token, tokenLiteral } from './literal.ts';
import { trade } from './secrets-trade.ts';

/** Keys and tokens with a fixed prefix: models, clouds, code. */

const CAPITALS = UPPER | DIGIT;
const SMALLS = LOWER | DIGIT;
/** What tells where a token is kept, behind a point. */
const routable = /^[\w-]{27,300}\.[0-9a-z]{9}$/;
const mixed = /\d.*[A-Za-z]|[A-Za-z].*\d/;

export const secretRows: readonly Row[] = [
  // Models
  ['ANTHROPIC_API_KEY', 'sk-ant-', URLSAFE, 24, 200, mixed],
  ['ANTHROPIC_ADMIN_API_KEY', 'sk-ant-admin', URLSAFE, 24, 200, mixed],
  ['OPENAI_API_KEY', 'sk-proj-', URLSAFE, 20, 250],
  ['OPENAI_API_KEY', 'sk-svcacct-', URLSAFE, 20, 250],
  ['OPENAI_API_KEY', 'sk-admin-', URLSAFE, 20, 250],
  ['OPENAI_API_KEY', 'sk-None-', URLSAFE, 20, 250],
  ['OPENROUTER_API_KEY', 'sk-or-v1-', HEX, 40, 80],
  ['OPENAI_API_KEY', 'sk-', URLSAFE, 20, 250, /^(?!or-v1-)(?=.*\d)(?=.*[A-Za-z])(?:.*[-_])?[A-Za-z0-9]{18}/],
  ['HUGGINGFACE_ACCESS_TOKEN', 'hf_', ALNUM, 30, 60, /[A-Z0-9]/],
  ['HUGGINGFACE_ORGANIZATION_API_TOKEN', 'api_org_', ALNUM, 30, 60],
  ['PERPLEXITY_API_KEY', 'pplx-', ALNUM, 40, 60],
  ['GROQ_API_KEY', 'gsk_', ALNUM, 40, 60],
  ['XAI_API_KEY', 'xai-', ALNUM, 60, 100],
  ['REPLICATE_API_TOKEN', 'r8_', ALNUM, 30, 60],
  ['FIRECRAWL_API_KEY', 'fc-', HEX, 32, 32],
  ['TOGETHER_API_KEY', 'tgp_v1_', URLSAFE, 40, 60],
  ['TAVILY_API_KEY', 'tvly-', URLSAFE, 20, 64, mixed],
  ['LANGSMITH_API_KEY', 'lsv2_', URLSAFE, 40, 80],
  ['LLAMA_CLOUD_API_KEY', 'llx-', ALNUM, 40, 60],
  ['ELEVENLABS_API_KEY', 'sk_', HEX, 48, 48],
  // Amazon, Google, Microsoft, Alibaba, Yandex
  ...['AKIA', 'ASIA', 'ABIA', 'ACCA', 'A3T'].map(
    (prefix): Row => ['AWS_ACCESS_TOKEN', prefix, CAPITALS, 20 - prefix.length, 20 - prefix.length],
  ),
  ['AWS_AMAZON_BEDROCK_API_KEY_LONG_LIVED', 'ABSK', BASE64, 100, 300],
  ['AWS_AMAZON_BEDROCK_API_KEY_SHORT_LIVED', 'bedrock-api-key-', BASE64, 28, 4096],
  ['AWS_MWS_KEY', 'amzn.mws.', URLSAFE, 36, 36],
  ['AWS_APPSYNC_KEY', 'da2-', SMALLS, 26, 26],
  ['GCP_API_KEY', 'AIza', URLSAFE, 35, 35],
  ['GOOGLE_OAUTH_SECRET', 'GOCSPX-', URLSAFE, 20, 60],
  ['GOOGLE_OAUTH_TOKEN', 'ya29.', DOTTED, 20, 2048],
  ['AZURE_AD_CLIENT_SECRET', 'Q~', DOTTED, 31, 40, /^[\w~.]{3}\dQ~/, 4],
  ['AZURE_DEVOPS_PAT', 'AZDO', ALNUM, 4, 8, /^[A-Za-z0-9]{76}AZDO/, 76],
  ['ALIBABA_ACCESS_KEY_ID', 'LTAI', ALNUM, 16, 28],
  ['ADOBE_CLIENT_SECRET', 'p8e-', ALNUM, 32, 32],
  ['OPENSHIFT_USER_TOKEN', 'sha256~', URLSAFE, 43, 43],
  ['SCALINGO_API_TOKEN', 'tk-us-', URLSAFE, 48, 48],
  ['AKAMAI_CREDENTIALS', 'akab-', URLSAFE, 33, 33, mixed],
  ['YANDEX_API_KEY', 'AQVN', URLSAFE, 34, 40],
  ['YANDEX_AWS_ACCESS_TOKEN', 'YCA', URLSAFE, 35, 40, mixed],
  // Code and packages
  ['GITHUB_PAT', 'ghp_', ALNUM, 36, 255],
  ['GITHUB_OAUTH', 'gho_', ALNUM, 36, 255],
  ['GITHUB_APP_TOKEN', 'ghu_', ALNUM, 36, 255],
  ['GITHUB_APP_TOKEN', 'ghs_', DOTTED, 36, 2048],
  ['GITHUB_REFRESH_TOKEN', 'ghr_', ALNUM, 36, 255],
  ['GITHUB_FINE_GRAINED_PAT', 'github_pat_', URLSAFE, 50, 255],
  ['GITLAB_PAT_ROUTABLE', 'glpat-', DOTTED, 37, 310, routable],
  ['GITLAB_PAT', 'glpat-', DOTTED, 20, 300, mixed],
  ['GITLAB_DEPLOY_TOKEN', 'gldt-', URLSAFE, 20, 64],
  [
    'GITLAB_RUNNER_AUTHENTICATION_TOKEN_ROUTABLE',
    'glrt-',
    DOTTED,
    39,
    310,
    /^t\d_[\w-]{27,300}\.[0-9a-z]{9}$/,
  ],
  ['GITLAB_RUNNER_AUTHENTICATION_TOKEN', 'glrt-', DOTTED, 20, 300],
  ['GITLAB_CICD_JOB_TOKEN', 'glcbt-', URLSAFE, 20, 64],
  ['GITLAB_PTT', 'glptt-', URLSAFE, 40, 40],
  ['GITLAB_FEED_TOKEN', 'glft-', URLSAFE, 20, 80],
  ['GITLAB_INCOMING_MAIL_TOKEN', 'glimt-', URLSAFE, 25, 25],
  ['GITLAB_KUBERNETES_AGENT_TOKEN', 'glagent-', URLSAFE, 50, 1024],
  ['GITLAB_SCIM_TOKEN', 'glsoat-', URLSAFE, 20, 20],
  ['GITLAB_FEATURE_FLAG_CLIENT_TOKEN', 'glffct-', URLSAFE, 20, 20],
  ['GITLAB_OAUTH_APP_SECRET', 'gloas-', URLSAFE, 64, 64],
  ['GITLAB_SESSION_COOKIE', '_gitlab_session=', ALNUM, 32, 64],
  ['GITLAB_RRT', 'GR1348941', URLSAFE, 20, 20],
  ['NPM_ACCESS_TOKEN', 'npm_', ALNUM, 36, 64],
  ['PYPI_UPLOAD_TOKEN', 'pypi-AgE', URLSAFE, 50, 1000],
  ['RUBYGEMS_API_TOKEN', 'rubygems_', HEX, 48, 48],
  ['CLOJARS_API_TOKEN', 'CLOJARS_', SMALLS, 60, 60],
  ['NUGET_API_KEY', 'oy2', SMALLS, 43, 43],
  ['DOCKER_ACCESS_TOKEN', 'dckr_pat_', URLSAFE, 20, 60],
  ['DOCKER_ACCESS_TOKEN', 'dckr_oat_', URLSAFE, 20, 60],
  ['DOCKER_SWARM_TOKEN', 'SWMTKN-1-', URLSAFE, 50, 120],
  ['ATLASSIAN_API_TOKEN', 'ATATT3', BASE64 | URLSAFE, 80, 260],
  ['ATLASSIAN_API_TOKEN', 'ATCTT3', BASE64 | URLSAFE, 80, 260],
  ['BITBUCKET_APP_PASSWORD', 'ATBB', ALNUM, 28, 36],
  ['SOURCEGRAPH_ACCESS_TOKEN', 'sgp_', URLSAFE, 40, 80],
  ['LINEAR_API_KEY', 'lin_api_', ALNUM, 40, 40],
  ['LINEAR_OAUTH_TOKEN', 'lin_oauth_', ALNUM, 40, 64],
  ['POSTMAN_API_TOKEN', 'PMAK-', URLSAFE, 50, 64],
  ['README_API_TOKEN', 'rdme_', SMALLS, 70, 70],
  ['SNYK_SERVICE_TOKEN', 'snyk_uat.', DOTTED, 20, 200],
  ['ARTIFACTORY_API_KEY', 'AKCp', ALNUM, 69, 69],
  ['ARTIFACTORY_REFERENCE_TOKEN', 'cmVmd', ALNUM, 59, 59],
  ['BUILDKITE_API_KEY', 'bkua_', HEX, 40, 40],
  ['DEPENDENCY_TRACK_API_KEY', 'odt_', ALNUM, 32, 40],
  ['INFRACOST_API_TOKEN', 'ico-', ALNUM, 32, 32],
  ['IONIC_API_TOKEN', 'ion_', ALNUM, 42, 42],
  ['OCTOPUS_DEPLOY_API_KEY', 'API-', CAPITALS, 26, 26, mixed],
  ['SOURCEGRAPH_ACCESS_TOKEN', 'slk_', HEX, 64, 64],
  ['SONAR_API_TOKEN', 'sqp_', ALNUM, 40, 40],
  ['SONAR_API_TOKEN', 'squ_', ALNUM, 40, 40],
  ['SONAR_API_TOKEN', 'sqa_', ALNUM, 40, 40],
  ['SENTRY_ORG_TOKEN', 'sntrys_', BASE64 | URLSAFE, 50, 300],
  ['SENTRY_USER_TOKEN', 'sntryu_', HEX, 64, 64],
  ...trade,
];

export const secretKinds: readonly Kind[] = [...new Set(secretRows.map(([entity]) => entity))].map(
  (entity) => ({
    entity,
    group: 'secret',
    longest: Math.max(
      ...secretRows.filter((row) => row[0] === entity).map((row) => (row[6] ?? 0) + row[1].length + row[4]),
    ),
  }),
);

export const secretLiterals: readonly Literal[] = secretRows.map(
  ([entity, prefix, run, min, max, shape, lead]) => {
    const token: Token = { entity, prefix, run, min, max, ...(shape && { shape }), ...(lead && { lead }) };
    return tokenLiteral(token);
  },
);
