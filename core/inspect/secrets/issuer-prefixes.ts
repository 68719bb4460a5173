/**
 * Beginnings that one issuer gives to its tokens and nobody else uses. What follows them has had several lengths and alphabets over the
 * years, and GitHub for one says that it will have others, so that behind them whatever looks random is a token, also where the shape that
 * is known today does not fit.
 *
 * A line: name, least number of characters behind it, beginnings (comma), and `base64` where `+` and `/` may be among those.
 */
export const ISSUER_PREFIXES = `
1password-service-account-token 60 ops_eyJ base64
adobe-client-secret 24 p8e-
akamai-credential 24 akab-
anthropic-api-key 24 sk-ant-
apify-api-token 24 apify_api_
atlassian-api-token 40 ATATT3,ATCTT3,ATSTT3
aws-appsync-api-key 24 da2-
aws-mws-key 30 amzn.mws.
brevo-api-key 40 xkeysib-,xsmtpsib-
cloudflare-api-token 36 cfut_,cfat_,cfk_
composio-api-key 16 ak_live_,ak_test_
databricks-api-token 28 dapi
digitalocean-token 40 dop_v1_,doo_v1_,dor_v1_
docker-hub-token 20 dckr_pat_,dckr_oat_
doppler-api-token 36 dp.pt.,dp.st.,dp.ct.,dp.sa.,dp.scim.,dp.audit.
figma-token 30 figd_,figo_,figdr_,figoh_
flyio-access-token 40 fm1_,fm1r_,fm1a_,fm2_,fo1_ base64
github-fine-grained-pat 36 github_pat_
github-token 30 ghp_,gho_,ghu_,ghs_,ghr_
gitlab-token 20 glpat-,gldt-,glptt-,glrt-,glrtr-,glcbt-,glft-,glimt-,glagent-,glsoat-,gloas-,glffct-,glwt-
google-oauth-client-secret 20 GOCSPX-
grafana-token 30 glsa_,glc_ base64
groq-api-key 30 gsk_
heroku-api-key-v2 40 HRKU-
huggingface-access-token 24 hf_,api_org_
instagram-access-token 60 IGQVJ,IGAA
jina-api-key 30 jina_
langsmith-api-key 30 lsv2_pt_,lsv2_sk_
linear-api-key 30 lin_api_,lin_oauth_
mailgun-private-api-token 30 key-
mongodb-atlas-secret 30 mdb_sa_sk_
neon-api-key 30 napi_
netlify-token 30 nfp_
new-relic-key 18 NRII-,NRIQ-,NRAK-,NRAA-,NRRA-,NRJS-
notion-api-token 36 ntn_
nvidia-api-key 40 nvapi-
nylas-api-key 30 nyk_
openai-api-key 32 sk-proj-,sk-svcacct-,sk-admin-,sk-None-
openrouter-api-key 32 sk-or-
paseto-token 24 v1.local.,v2.local.,v3.local.,v4.local.,v1.public.,v2.public.,v3.public.,v4.public.
posthog-personal-api-key 36 phx_,phr_
perplexity-api-key 32 pplx-
planetscale-token 28 pscale_tkn_,pscale_oauth_,pscale_pw_
postman-api-token 40 PMAK-
pulumi-api-token 30 pul-
pypi-upload-token 60 pypi-AgE
replicate-api-token 30 r8_
riot-games-api-key 30 RGAPI-
rubygems-api-token 30 rubygems_
sendgrid-api-token 50 SG.
sentry-token 40 sntrys_,sntryu_ base64
shopify-token 24 shpat_,shpca_,shppa_,shpss_,shptka_,shprt_
slack-token 20 xoxb-,xoxp-,xoxa-,xoxr-,xoxs-,xoxo-,xoxe-,xoxe.xox,xoxc-,xoxd-,xoxl-,xapp- base64
sonar-api-token 32 squ_,sqp_,sqa_
square-access-token 22 sq0atp-,sq0csp-,sq0idp-
stripe-access-token 16 sk_live_,sk_test_,rk_live_,rk_test_
stripe-webhook-secret 24 whsec_ base64
supabase-token 28 sbp_,sb_secret_
tavily-api-key 20 tvly-
telnyx-api-key 40 KEY01
together-api-key 36 tgp_v1_
typeform-api-token 36 tfp_
vault-token 24 hvs.,hvb.,hvr.
vercel-token 24 vck_,vca_,vcr_,vci_,vcp_
wundergraph-api-key 24 cosmo_
xai-api-key 28 xai-
`;
