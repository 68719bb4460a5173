/** A stdio server that shakes hands and then minds neither the end of its input nor SIGTERM. */
process.on('SIGTERM', () => {});
setInterval(() => {}, 1000);
process.stdin.on('data', (chunk: Buffer) => {
  if (!chunk.includes('"initialize"')) return;
  const result = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'stubborn', version: '1' } };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, result })}\n`);
});
