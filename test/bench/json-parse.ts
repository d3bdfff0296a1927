import { readFileSync } from 'node:fs';

/** JSON.parse of the bodies of a stream and nothing else: prints how many events it takes per second of CPU. */
const [file = '', listLength = '1'] = process.argv.slice(2);
const bodies = readFileSync(file, 'latin1').trimEnd().split('\n');
// Flat and of its own, as it would come from a socket: not a part of the text of the whole file.
const texts = bodies.map((body) => Buffer.from(body, 'latin1'));
let seconds = 0;
let events = 0;
for (let round = 0; round < 3; round++) {
  const before = process.cpuUsage();
  for (const text of texts) JSON.parse(text.toString('latin1'));
  const { user, system } = process.cpuUsage(before);
  // The first round compiles.
  if (round === 0) continue;
  seconds += (user + system) / 1e6;
  events += texts.length * Number(listLength);
}
process.stdout.write(JSON.stringify(events / seconds));
