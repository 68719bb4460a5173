/**
 * Tokens that can be told by themselves: most begin with letters that their issuer gives to no others.
 *
 * The shapes of gitleaks 8.30.1 (https://github.com/gitleaks/gitleaks, config/gitleaks.toml, MIT, see NOTICE) under its names, some of them
 * wider by what issuers have changed since; what it does not have is in `issuer-shapes.ts`. What ends a token is not written here (see
 * tables.ts), and what has no upper bound there has one here, so that each costs at most its length.
 *
 * A line: name, least entropy in bits a character, how many characters the token begins before the literal (`digits`: all digits
 * there), literals (comma), pattern from the start of the token;
 * where only a part of that is secret, it is a group.
 */
export const TOKEN_SHAPES = String.raw`
1password-secret-key 3.8 0 A3- \bA3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}
1password-service-account-token 4 0 ops_ ops_eyJ[a-zA-Z0-9+/]{250,2000}={0,3}
adobe-client-secret 2 0 p8e- \bp8e-(?i:[a-z0-9]{32})
age-secret-key 2 0 AGE-SECRET-KEY-1 AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}
airtable-personal-access-token 3 0 pat \bpat[a-zA-Z0-9]{14}\.[a-f0-9]{64}
alibaba-access-key-id 2 0 LTAI \bLTAI(?i:[a-z0-9]{20})
anthropic-admin-api-key 3 0 sk-ant-admin01 \bsk-ant-admin01-[a-zA-Z0-9_-]{93}AA
anthropic-api-key 3 0 sk-ant- \bsk-ant-(?!admin)[a-z0-9]{3,8}-[a-zA-Z0-9_-]{80,120}
artifactory-api-key 4 0 AKCp \bAKCp[\w-]{68,72}
artifactory-reference-token 4 0 cmVmd \bcmVmd[\w-]{59}
atlassian-api-token 3.5 0 ATATT3,ATCTT3 \bAT[AC]TT3[A-Za-z0-9_=-]{100,250}
authress-service-client-access-key 2 0 sc_,ext_,scauth_,authress_ \b(?:sc|ext|scauth|authress)_(?i:[a-z0-9]{5,30}\.[a-z0-9]{4,6}\.acc[_-][a-z0-9-]{10,32}\.[a-z0-9+/_=-]{30,120})
aws-access-token 3 0 A3T,AKIA,ASIA,ABIA,ACCA,AROA,AIDA \b(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{16}
aws-bedrock-api-key-long-lived 3 0 ABSK \bABSK[A-Za-z0-9+/]{109,269}={0,2}
aws-bedrock-api-key-short-lived 3 0 bedrock-api-key- bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[A-Za-z0-9+/=%_-]{0,4000}
azure-ad-client-secret 3 4 Q~ (?<![\w~.-])[a-zA-Z0-9_~.]{3}\dQ~[a-zA-Z0-9_~.-]{31,34}
beamer-api-token 3 0 b_ \bb_[a-z0-9=_-]{44}
clickhouse-cloud-api-secret-key 3 0 4b1d \b4b1d[A-Za-z0-9]{38}
clojars-api-token 2 0 CLOJARS_ (?i:CLOJARS_[a-z0-9]{60})
cloudflare-origin-ca-key 2 0 v1.0- \bv1\.0-[a-f0-9]{24}-[a-f0-9]{146}
curl-auth-user 2 0 curl \bcurl\b[^]{0,300}?\s(?:-u|--user)(?:=|[ \t]{0,5})["']?([\w@.-]{2,64}:(?=[^\s"'\$]*\d)[^\s"'\$<>{}]{4,128})
databricks-api-token 3 0 dapi \bdapi[a-f0-9]{32}(?:-\d)?
defined-networking-api-token 3 0 dnkey- (?i:dnkey-[a-z0-9=_-]{26}-[a-z0-9=_-]{52})
digitalocean-access-token 3 0 doo_v1_ \bdoo_v1_[a-f0-9]{64}
digitalocean-pat 3 0 dop_v1_ \bdop_v1_[a-f0-9]{64}
digitalocean-refresh-token 2 0 dor_v1_ (?i:\bdor_v1_[a-f0-9]{64})
doppler-api-token 2 0 dp. \bdp\.(?:pt|ct|sa|scim|audit|st(?:\.[a-z0-9_-]{1,40})?)\.(?i:[a-z0-9]{40,44})
dropbox-short-lived-api-token 3 0 sl. \bsl\.(?i:[a-z0-9=_-]{130,200})
duffel-api-token 2 0 duffel_ duffel_(?:test|live)_(?i:[a-z0-9_=-]{43})
dynatrace-api-token 4 0 dt0c01. dt0c01\.(?i:[a-z0-9]{24}\.[a-z0-9]{64})
easypost-api-token 2 0 EZAK \bEZAK(?i:[a-z0-9]{54})
easypost-test-api-token 2 0 EZTK \bEZTK(?i:[a-z0-9]{54})
facebook-access-token 3 digits | \b\d{15,16}\|(?i:[0-9a-z_-]{27,40})
facebook-page-access-token 3.5 0 EAA \bEAA[A-Z](?i:[a-z0-9]{100,400})
flutterwave-public-key 2 0 FLWPUBK FLWPUBK(?:_TEST)?-(?i:[a-z0-9]{32}-X)
flutterwave-secret-key 2 0 FLWSECK FLWSECK(?:_TEST)?-(?i:[a-z0-9]{32}-X|[a-h0-9]{12})
flyio-access-token 4 0 fo1_,fm1,fm2_ \b(?:fo1_[\w-]{43}|fm1[ar]_[a-zA-Z0-9+/]{100,2000}={0,3}|fm2_[a-zA-Z0-9+/]{100,2000}={0,3})
frameio-api-token 2 0 fio-u- fio-u-(?i:[a-z0-9=_-]{64})
freemius-secret-key 2 0 sk_ \bsk_(?!test|live|prod)[!-&(-~]{29}(?=["'])
gcp-api-key 3.5 0 AIza \bAIza[\w-]{35}
github-app-token 3 0 ghu_,ghs_ (?:ghu|ghs)_[0-9a-zA-Z]{36}
github-fine-grained-pat 3 0 github_pat_ github_pat_\w{82}
github-oauth 3 0 gho_ gho_[0-9a-zA-Z]{36}
github-pat 3 0 ghp_ ghp_[0-9a-zA-Z]{36}
github-refresh-token 3 0 ghr_ ghr_[0-9a-zA-Z]{36}
gitlab-cicd-job-token 3 0 glcbt- glcbt-[0-9a-zA-Z]{1,5}_[0-9a-zA-Z_-]{20}
gitlab-deploy-token 3 0 gldt- gldt-[0-9a-zA-Z_-]{20}
gitlab-feature-flag-client-token 3 0 glffct- glffct-[0-9a-zA-Z_-]{20}
gitlab-feed-token 3 0 glft- glft-[0-9a-zA-Z_-]{20}
gitlab-incoming-mail-token 3 0 glimt- glimt-[0-9a-zA-Z_-]{25}
gitlab-kubernetes-agent-token 3 0 glagent- glagent-[0-9a-zA-Z_-]{50}
gitlab-oauth-app-secret 3 0 gloas- gloas-[0-9a-zA-Z_-]{64}
gitlab-pat-routable 4 0 glpat- \bglpat-[0-9a-zA-Z_-]{27,300}\.[0-9a-z]{9}
gitlab-pat 3 0 glpat- glpat-[\w-]{20}
gitlab-ptt 3 0 glptt- glptt-[0-9a-f]{40}
gitlab-rrt 3 0 GR1348941 GR1348941[\w-]{20}
gitlab-runner-authentication-token-routable 4 0 glrt- \bglrt-t\d_[0-9a-zA-Z_-]{27,300}\.[0-9a-z]{9}
gitlab-runner-authentication-token 3 0 glrt- glrt-[0-9a-zA-Z_-]{20}
gitlab-scim-token 3 0 glsoat- glsoat-[0-9a-zA-Z_-]{20}
gitlab-session-cookie 3 0 _gitlab_session= _gitlab_session=[0-9a-z]{32}
grafana-api-key 3 0 eyJrIjoi \beyJrIjoi[A-Za-z0-9+/]{40,400}={0,3}
grafana-cloud-api-token 3 0 glc_ \bglc_[A-Za-z0-9+/]{32,400}={0,3}
grafana-service-account-token 3 0 glsa_ \bglsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}
harness-api-key 3 0 pat.,sat. \b(?:pat|sat)\.[a-zA-Z0-9_-]{22}\.[a-zA-Z0-9]{24}\.[a-zA-Z0-9]{20}
hashicorp-tf-api-token 3.5 15 atlasv1 (?i:[a-z0-9]{14}\.atlasv1\.[a-z0-9=_-]{60,70})
heroku-api-key-v2 4 0 HRKU-AA \bHRKU-AA[0-9a-zA-Z_-]{58}
huggingface-access-token 2 0 hf_ \bhf_(?i:[a-z0-9]{34})
huggingface-organization-api-token 2 0 api_org_ \bapi_org_(?i:[a-z]{34})
infracost-api-token 3 0 ico- \bico-[a-zA-Z0-9]{32}
intra42-client-secret 3 0 s-s4t2 \bs-s4t2(?:ud|af)-[abcdef0123456789]{64}
jwt 3 0 eyJ \beyJ[a-zA-Z0-9_-]{15,16000}\.ey[a-zA-Z0-9/\\_-]{15,8000}\.(?:[a-zA-Z0-9/\\_-]{10,2000}={0,2})?
jwt-base64 2 0 ZXlK \bZXlK[a-zA-Z0-9/\\_+-]{60,8000}={0,2}
kubernetes-secret-yaml 0 0 kind: (?i:\bkind:[ \t]{0,4}["']?secret\b["']?[^]{0,300}?\bdata:((?:\s{1,40}[\w.-]{1,80}:[ \t]{0,4}["']?[a-z0-9+/]{10,2000}={0,3}(?![a-z0-9+/=])["']?){1,32}))
kubernetes-secret-yaml 0 0 data: (?i:\bdata:((?:\s{1,40}[\w.-]{1,80}:[ \t]{0,4}["']?[a-z0-9+/]{10,2000}={0,3}(?![a-z0-9+/=])["']?){1,32})[^]{0,300}?\bkind:[ \t]{0,4}["']?secret\b["']?)
linear-api-key 2 0 lin_api_ lin_api_(?i:[a-z0-9]{40})
lob-api-key 3 0 live_,test_ \b(?:live|test)_(?:pub_[a-f0-9]{31}|[a-f0-9]{35})
mailchimp-api-key 2 32 -us (?<![0-9a-f])[a-f0-9]{32}-us\d{1,2}
mailgun-private-api-token 2 0 key- \bkey-[a-f0-9]{32}
mailgun-pub-key 2 0 pubkey- \bpubkey-[a-f0-9]{32}
mapbox-api-token 3 0 pk.,sk. \b[ps]k\.(?i:[a-z0-9]{60,100}\.[a-z0-9_-]{22})
maxmind-license-key 4 36 _mmk (?<!\w)[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk
microsoft-teams-webhook 0 0 webhook.office.com webhook\.office\.com/webhookb2/[a-z0-9@-]{36,80}/IncomingWebhook/[a-z0-9]{32}/[a-z0-9-]{36}
new-relic-browser-api-token 2 0 NRJS- \bNRJS-[a-f0-9]{19}
new-relic-insert-key 2 0 NRII- \bNRII-[A-Za-z0-9-]{32}
new-relic-user-api-key 2 0 NRAK- \bNRAK-[A-Z0-9a-z]{27}
notion-api-token 3.5 0 ntn_ \bntn_[0-9]{11}[A-Za-z0-9]{35}
npm-access-token 2 0 npm_ \bnpm_(?i:[a-z0-9]{36})
nuget-config-password 1 0 Password" (?i:Password"\s{1,8}value="([^"]{8,128})(?="))
octopus-deploy-api-key 3 0 API- \bAPI-[A-Z0-9]{26}
openai-api-key 3 0 sk- \bsk-(?:(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,250}|[a-zA-Z0-9]{20}T3BlbkFJ[a-zA-Z0-9]{20})
openshift-user-token 3.5 0 sha256~ \bsha256~[\w-]{43}(?![\w-])
perplexity-api-key 4 0 pplx- \bpplx-[a-zA-Z0-9]{48}
plaid-api-token 2 0 access- \baccess-(?:sandbox|development|production)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}
planetscale-api-token 3 0 pscale_tkn_ \bpscale_tkn_[\w=.-]{32,64}
planetscale-oauth-token 3 0 pscale_oauth_ \bpscale_oauth_[\w=.-]{32,64}
planetscale-password 3 0 pscale_pw_ \bpscale_pw_[\w=.-]{32,64}
postman-api-token 3 0 PMAK- \bPMAK-(?i:[a-f0-9]{24}-[a-f0-9]{34})
prefect-api-token 2 0 pnu_ \bpnu_[a-zA-Z0-9]{36}
private-key 0 0 -----BEGIN (?i:-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY(?: BLOCK)?-----(?:\s{1,4}[A-Z-]{1,20}: [^\n]{1,100}(?=\n)){0,8}[^-]{16,20000}(?:-----END[ A-Z0-9_-]{0,100}KEY(?: BLOCK)?-----)?)
pulumi-api-token 2 0 pul- \bpul-[a-f0-9]{40}
pypi-upload-token 3 0 pypi-AgEIcHlwaS5vcmc pypi-AgEIcHlwaS5vcmc[\w-]{50,1000}
readme-api-token 2 0 rdme_ \brdme_[a-z0-9]{70}
rubygems-api-token 2 0 rubygems_ \brubygems_[a-f0-9]{48}
scalingo-api-token 2 0 tk-us- \btk-us-[\w-]{48}
sendgrid-api-token 2 0 SG. \bSG\.(?i:[a-z0-9=_.-]{66})
sendinblue-api-token 2 0 xkeysib- \bxkeysib-[a-fA-F0-9]{64}-(?i:[a-z0-9]{16})
sentry-org-token 4 0 sntrys_ \bsntrys_eyJ[a-zA-Z0-9+/]{40,500}={0,2}_[a-zA-Z0-9+/]{43}
sentry-user-token 3.5 0 sntryu_ \bsntryu_[a-f0-9]{64}
settlemint-token 3 0 sm_aat_,sm_pat_,sm_sat_ \bsm_[aps]at_[a-zA-Z0-9]{16}
shippo-api-token 2 0 shippo_ \bshippo_(?:live|test)_[a-fA-F0-9]{40}
shopify-access-token 2 0 shpat_ shpat_[a-fA-F0-9]{32}
shopify-custom-access-token 2 0 shpca_ shpca_[a-fA-F0-9]{32}
shopify-private-app-access-token 2 0 shppa_ shppa_[a-fA-F0-9]{32}
shopify-shared-secret 2 0 shpss_ shpss_[a-fA-F0-9]{32}
slack-app-token 2 0 xapp- (?i:xapp-\d{1,10}-[A-Z0-9]{6,20}-\d{6,20}-[a-z0-9]{20,100})
slack-bot-token 2.5 0 xoxb- xoxb-[0-9]{8,14}-[a-zA-Z0-9]{10,26}(?:-[a-zA-Z0-9-]{10,40})?
slack-config-access-token 2 0 xoxe.xox (?i:xoxe\.xox[bp]-\d{1,10}-[A-Z0-9]{163,166})
slack-config-refresh-token 2 0 xoxe- (?i:xoxe-\d{1,10}-[A-Z0-9]{146,147})
slack-legacy-token 2 0 xoxo-,xoxs- xox[os](?:-\d{1,14}){3}-[a-fA-F\d]{1,64}
slack-legacy-workspace-token 2 0 xoxa-,xoxr- xox[ar]-(?:\d-)?[0-9a-zA-Z]{8,48}
slack-user-token 2 0 xoxp-,xoxe- xox[pe](?:-[0-9]{10,13}){3}-[a-zA-Z0-9-]{28,34}
slack-webhook-url 0 0 hooks.slack.com hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{40,60}
sonar-api-token 3 0 squ_,sqp_,sqa_ \bsq[upa]_[a-f0-9]{40}
sourcegraph-access-token 3 0 sgp_ \bsgp_(?:(?:[a-fA-F0-9]{16}|local)_)?[a-fA-F0-9]{40}
square-access-token 2 0 sq0,EAAA \b(?:EAAA|sq0[a-z]{3}-)[\w-]{22,60}
stripe-access-token 2 0 sk_,rk_ \b[sr]k_(?:test|live|prod)_[a-zA-Z0-9]{10,247}
telegram-bot-api-token 3 digits :A (?<!\d)\d{5,16}:A[a-zA-Z0-9_-]{34}(?![\w-])
twilio-api-key 3 0 SK \bSK[0-9a-fA-F]{32}
twitter-bearer-token 3 0 AAAAAAAAAAAAAAAAAAAAAA \bA{22}[a-zA-Z0-9%]{60,110}
typeform-api-token 3 0 tfp_ \btfp_[a-zA-Z0-9_.=-]{44,59}
vault-batch-token 3.5 0 hvb. \bhvb\.[\w-]{138,300}
vault-service-token 3.5 0 hvs.,s. \b(?:hvs\.[\w-]{24,120}|s\.(?=[a-zA-Z]{0,22}\d{1,22}[a-zA-Z]{1,22}\d)[a-zA-Z0-9]{24})
yandex-access-token 3 0 t1. \bt1\.[A-Za-z0-9_-]{20,300}={0,2}\.[A-Za-z0-9_-]{86}={0,2}
yandex-api-key 3 0 AQVN \bAQVN[A-Za-z0-9_-]{35,38}
`;
