import type { State } from '../state/state.ts';

/** What a worker is busy with, as far as events told: `8 tasks, oldest 5m31s`. */
export function workText(state: State, hostname: string, now: number): string {
  const running = state.tasksByWorker(hostname).filter((task) => task.state === 'STARTED');
  if (running.length === 0) return 'no running task is known';
  const starts = running.map(({ started }) => started).filter((started) => typeof started === 'number');
  const count = `${running.length} ${running.length === 1 ? 'task' : 'tasks'}`;
  return starts.length === 0 ? count : `${count}, oldest ${age(now - Math.min(...starts))}`;
}

function age(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${String(whole % 60).padStart(2, '0')}s`;
  return `${Math.floor(whole / 3600)}h${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')}m`;
}
