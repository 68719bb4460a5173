/** What it costs to know a caller: each way to prove who one is, over the bearer token that all other rows show. */
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { CallLoad } from './call-load.ts';
import { type GateFiles, TOKEN } from './gate.ts';
import type { Row } from './results.ts';
import { type Effort, compareCpu, sideOf } from './side-by-side.ts';
import { startGateAlone } from './ways.ts';

const ISSUER = 'https://login.example.com';
const AUDIENCE = 'https://mcp.example.com/mcp';

export async function measureIdentity(files: GateFiles, effort: Effort, command: string): Promise<Row[]> {
  return measureJwt(files, effort, command);
}

/** At one gate, which knows both: two processes of the same code differ by more than a look-up does. */
async function measureJwt(files: GateFiles, effort: Effort, command: string): Promise<Row[]> {
  const issuer = await Issuer.start();
  const gate = await startGateAlone(files, { access: { jwt: [issuer.trusted] } });
  const load = new CallLoad();
  const base = await sideOf(load, gate, { tokens: [TOKEN] });
  const remembered = await sideOf(load, gate, { tokens: [await issuer.token(0)] });
  let given = 0;
  const tokens = (count: number) => Promise.all(Array.from({ length: count }, () => issuer.token(++given)));
  const renewed = { ...remembered, caller: async (requests: number) => ({ tokens: await tokens(requests) }) };
  const rows = [
    await compareCpu(load, { base, other: remembered }, effort, {
      ...{ name: 'identity/jwt-remembered', aim: { max: 1.05 }, command },
    }),
    await compareCpu(load, { base, other: renewed }, effort, {
      ...{ name: 'identity/jwt-new-each-call', aim: { max: 3 }, command },
    }),
  ];
  await load.stop();
  await gate.stop();
  return rows;
}

/** With a key of the kind that most providers use now. */
class Issuer {
  readonly trusted: object;
  readonly #key: CryptoKey;

  private constructor(key: CryptoKey, trusted: object) {
    this.#key = key;
    this.trusted = trusted;
  }

  static async start(): Promise<Issuer> {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256' }] });
    return new Issuer(privateKey, { issuer: ISSUER, audiences: [AUDIENCE], jwks });
  }

  token(nth: number): Promise<string> {
    return new SignJWT({ groups: ['agents'], client_id: 'office', scope: 'read write', jti: String(nth) })
      .setProtectedHeader({ alg: 'ES256', kid: 'bench', typ: 'at+jwt' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject('office-agent')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(this.#key);
  }
}
