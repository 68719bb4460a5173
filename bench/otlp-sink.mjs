/** Takes OTLP over HTTP and looks at none of it: what is measured is who sends. Its argument is its port. */
import http from 'node:http';

http
  .createServer((request, response) => {
    request.resume();
    // An empty message is a whole answer (OTLP 1.9: full success).
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
  })
  .listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.('listening'));
