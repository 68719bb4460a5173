/** The client under test of the suite, without anything between the two. */
import { drive } from './driver.ts';
import { readTask } from './task.ts';

await drive(readTask());
