import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { findProgram, rabbitmqScripts } from './install.ts';
import { killGroup, until } from './process-group.ts';

const run = promisify(execFile);

/** Several at once, because a call to rabbitmqctl costs a second whatever it does. */
const vhostsAtOnce = 8;

/**
 * A RabbitMQ of the tests' own: its node name, ports, port mapper (epmd), cookie, data and log are apart from those
 * of any other RabbitMQ on the machine.
 */
export class PrivateRabbitmq {
  readonly #directory: string;
  readonly #node: string = `stalk-test-${process.pid}@localhost`;
  #scripts = '';
  #port = 0;
  #distributionPort = 0;
  #epmdPort = 0;
  #epmd: ChildProcess | undefined;
  #child: ChildProcess | undefined;
  #vhosts: string[] = [];
  #created = 0;

  constructor(directory: string) {
    this.#directory = join(directory, 'rabbitmq');
  }

  get url(): string {
    return `amqp://guest:guest@127.0.0.1:${this.#port}//`;
  }

  async start(): Promise<void> {
    if (this.#child !== undefined) return;
    if (this.#port === 0) await this.#prepare();
    const child = spawn(join(this.#scripts, 'rabbitmq-server'), [], {
      detached: true,
      cwd: this.#directory,
      env: this.#environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-2000);
      });
    }
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    this.#child = child;
    const ready = async (): Promise<true | undefined> => {
      if (this.#child !== child) throw new Error(`rabbitmq-server ended before it was ready: ${output}`);
      return speaksAmqp(this.#port);
    };
    await until('the private rabbitmq-server to answer', ready, 180_000, 100);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    killGroup(child.pid, signal);
    await ended;
  }

  /** The name of a virtual host that nobody has used yet; `guest` may do everything in it. */
  async freshVhost(): Promise<string> {
    if (this.#vhosts.length === 0) {
      const names = this.#nextVhosts();
      await this.#eval(
        `lists:foreach(fun(V) -> rabbit_vhost:add(V, <<"tests">>), rabbit_auth_backend_internal:set_permissions(<<"guest">>, V, <<".*">>, <<".*">>, <<".*">>, <<"tests">>) end, [${names.map((name) => `<<"${name}">>`).join(', ')}]).`,
      );
      this.#vhosts.push(...names);
    }
    const name = this.#vhosts.shift();
    if (name === undefined) throw new Error('The private RabbitMQ has no virtual host left.');
    return name;
  }

  /** Its queues, and what is bound to what, in order. */
  async topology(vhost: string): Promise<string[]> {
    const list = ['-q', '-p', vhost, '--no-table-headers'];
    const queues = await this.#control('list_queues', ...list, 'name');
    const bindings = await this.#control('list_bindings', ...list, 'source_name', 'destination_name');
    return `${queues}\n${bindings}`
      .split('\n')
      .filter((line) => line !== '')
      .sort();
  }

  /** Nothing of it is worth keeping, so it is killed: that takes no time. */
  killNow(): void {
    for (const child of [this.#child, this.#epmd]) {
      if (child?.pid !== undefined) killGroup(child.pid, 'SIGKILL');
    }
  }

  /** Also waits for the ends, so that no zombie is left behind. */
  async destroy(): Promise<void> {
    const running = [this.#child, this.#epmd].filter(
      (child) => child !== undefined && child.exitCode === null,
    );
    const ended = running.map((child) => new Promise((resolve) => child?.once('exit', resolve)));
    this.killNow();
    await Promise.all(ended);
  }

  async #prepare(): Promise<void> {
    mkdirSync(join(this.#directory, 'home'), { recursive: true });
    this.#scripts = await rabbitmqScripts();
    this.#port = await freePort();
    this.#distributionPort = await freePort();
    await this.#startEpmd();
    await writeFile(join(this.#directory, 'enabled_plugins'), '[].\n');
    await writeFile(join(this.#directory, 'rabbitmq.conf'), this.#settings());
    await writeFile(join(this.#directory, 'definitions.json'), JSON.stringify(this.#definitions()));
  }

  /** Started here in the foreground, because the one that Erlang starts by itself would outlive the tests. */
  async #startEpmd(): Promise<void> {
    const program = await findProgram('epmd');
    if (program === undefined) throw new Error('epmd, which is part of Erlang, is not on the PATH.');
    this.#epmdPort = await freePort();
    const args = ['-port', String(this.#epmdPort), '-address', '127.0.0.1'];
    this.#epmd = spawn(program, args, {
      detached: true,
      stdio: 'ignore',
      env: { PATH: process.env['PATH'] },
    });
    await until('the private epmd to listen', () => listens(this.#epmdPort));
  }

  #settings(): string {
    return [
      `listeners.tcp.1 = 127.0.0.1:${this.#port}`,
      `load_definitions = ${join(this.#directory, 'definitions.json')}`,
      'disk_free_limit.absolute = 1MB',
      'log.file.level = warning',
      '',
    ].join('\n');
  }

  #definitions(): object {
    this.#vhosts = this.#nextVhosts();
    const names = ['/', ...this.#vhosts];
    return {
      users: [{ name: 'guest', password: 'guest', tags: ['administrator'] }],
      vhosts: names.map((name) => ({ name })),
      permissions: names.map((vhost) => ({ user: 'guest', vhost, configure: '.*', write: '.*', read: '.*' })),
    };
  }

  #nextVhosts(): string[] {
    const first = this.#created + 1;
    this.#created += vhostsAtOnce;
    return Array.from({ length: vhostsAtOnce }, (_, index) => `test-${first + index}`);
  }

  /** Nothing is inherited but the path: the machine may have its own RABBITMQ_ variables and cookie. */
  #environment(): NodeJS.ProcessEnv {
    const inside = (name: string): string => join(this.#directory, name);
    return {
      PATH: process.env['PATH'],
      HOME: inside('home'),
      LANG: 'C.UTF-8',
      // Makes the script become the Erlang VM instead of waiting for it, so that one process is to be ended.
      RUNNING_UNDER_SYSTEMD: '1',
      ERL_EPMD_PORT: String(this.#epmdPort),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RABBITMQ_NODENAME: this.#node,
      RABBITMQ_NODE_PORT: String(this.#port),
      RABBITMQ_DIST_PORT: String(this.#distributionPort),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
      RABBITMQ_MNESIA_BASE: inside('mnesia'),
      RABBITMQ_LOG_BASE: inside('log'),
      RABBITMQ_CONFIG_FILE: inside('rabbitmq.conf'),
      RABBITMQ_ADVANCED_CONFIG_FILE: inside('none.config'),
      RABBITMQ_CONF_ENV_FILE: inside('none.conf'),
      RABBITMQ_ENABLED_PLUGINS_FILE: inside('enabled_plugins'),
      RABBITMQ_PID_FILE: inside('pid'),
    };
  }

  async #eval(expression: string): Promise<void> {
    await this.#control('eval', expression);
  }

  async #control(...words: readonly string[]): Promise<string> {
    const options = { env: this.#environment(), timeout: 60_000 };
    const { stdout } = await run(join(this.#scripts, 'rabbitmqctl'), ['-n', this.#node, ...words], options);
    return stdout;
  }
}

function listens(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(undefined));
  });
}

/** A RabbitMQ that has booted answers the protocol header with connection.start: a method frame, type 1. */
function speaksAmqp(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1', () => socket.write('AMQP\0\0\x09\x01', 'latin1'));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data[0] === 1 ? true : undefined);
    });
    socket.once('error', () => resolve(undefined));
    socket.once('close', () => resolve(undefined));
  });
}
