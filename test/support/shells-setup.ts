import { ensurePrograms } from './install.ts';

/** The shells whose completion is tested, so that none of these tests is left out where a shell is missing. */
export default async function setup(): Promise<void> {
  await ensurePrograms(['bash', 'zsh', 'fish']);
}
