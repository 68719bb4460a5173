#!/usr/bin/env node
// The command `sallyport`. It is kept to syntax that every Node since 12 can parse, so that an old one gets a sentence
// instead of a SyntaxError from somewhere inside the bundle.
var major = Number(process.versions.node.split('.')[0]);
var minor = Number(process.versions.node.split('.')[1]);
if (major > 24 || (major === 24 && minor >= 15)) {
  // In a variable, so that the type check does not go on into the bundle.
  var bundle = '../dist/cli.mjs';
  import(bundle).catch(function (error) {
    var isMissing = error && error.code === 'ERR_MODULE_NOT_FOUND' && String(error.url).endsWith('/dist/cli.mjs');
    console.error(isMissing ? 'sallyport is not built yet: run "npm run build" in the clone first.' : error);
    process.exit(1);
  });
} else {
  console.error(
    'sallyport needs Node >= 24.15; this is ' +
      process.version +
      '. Install a newer one from https://nodejs.org and run it again.',
  );
  process.exit(1);
}
