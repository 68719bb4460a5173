/** What loggers write where messages go; `ID` stands for the id of the call they are about. The official clients pass over all of it. */
export const STRAYS: readonly string[] = [
  '{"level":"info","id":ID,"msg":"request"}',
  '{"id":ID,"result":{"content":[]}}',
  '{"jsonrpc":"1.0","id":ID,"result":{}}',
  '{"jsonrpc":"2.0","id":ID,"level":"info"}',
  '{"jsonrpc":"2.0","id":ID,"result":"started"}',
  '{"jsonrpc":"2.0","id":ID,"result":null}',
  '{"jsonrpc":"2.0","id":ID,"error":"not yet"}',
  '{"jsonrpc":"2.0","id":ID,"error":{"code":"E_WAIT"}}',
  '{"jsonrpc":"2.0","id":ID,"result":{},"error":{"code":1,"message":"x"}}',
  '{"level":"info","id":ID,"id":ID}',
  'request ID',
];
