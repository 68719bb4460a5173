/** The Python SDKs of the matrix, as they are pinned in python/. Without Python they are left out. */
import { join } from 'node:path';
import { findPython, pinned, pythonWith } from '../support/python.ts';
import { PYTHON_FOLDER, PythonDriver } from './clients/python-driver.ts';

export const PYTHON = findPython('the matrix with the Python SDKs');

export class PythonSdk {
  readonly version: string;
  readonly #requirements: string;
  #driver: PythonDriver | undefined = undefined;

  constructor(file: string, name = 'mcp') {
    this.#requirements = join(PYTHON_FOLDER, file);
    this.version = pinned(this.#requirements, name);
  }

  async interpreter(): Promise<string> {
    return pythonWith(this.#requirements, PYTHON ?? '');
  }

  /** Starts the process that all clients of this SDK share. */
  async start(): Promise<{ close(): Promise<void> }> {
    return (this.#driver = new PythonDriver(await this.interpreter()));
  }

  readonly driver = (): PythonDriver => {
    if (this.#driver === undefined) throw new Error('start() first');
    return this.#driver;
  };
}

export const SDK_1 = new PythonSdk('sdk-1.txt');
export const SDK_2 = new PythonSdk('sdk-2.txt');
export const FASTMCP = new PythonSdk('fastmcp.txt', 'fastmcp');
