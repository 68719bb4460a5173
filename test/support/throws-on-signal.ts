// Loaded into a process under test with `--import`: what nothing catches happens there when the test says so, in either of its forms.
process.on('SIGUSR2', () => {
  throw new Error('thrown by the test');
});
process.on('SIGVTALRM', () => {
  void Promise.reject(new Error('rejected by the test'));
});
