import type { FailureName } from './demo-failures.ts';
import { amount, anyone, orderId, sku, uploadPath } from './demo-people.ts';
import type { Chance } from './demo-random.ts';
import type { Value } from './python-repr.ts';

export interface Arguments {
  readonly args?: readonly Value[];
  readonly kwargs?: Readonly<Record<string, Value>>;
}

export interface TaskType {
  readonly name: string;
  readonly queue: string;
  /** Under /srv/app. */
  readonly file: string;
  /** Seconds: the median, and how far the slow ones lie from it. */
  readonly runtime: readonly [median: number, sigma: number];
  readonly arguments: (chance: Chance) => Arguments;
  readonly result: (chance: Chance) => Value;
  /** The share of runs that fails, and how. */
  readonly failing?: { readonly share: number; readonly how: readonly [FailureName, ...FailureName[]] };
  /** The share of runs that is tried again, `countdown` seconds later, until `max` retries are used up. */
  readonly retrying?: {
    readonly share: number;
    readonly why: FailureName;
    readonly countdown: number;
    readonly max: number;
  };
  /** As written in the task's decorator, for example `30/m`. */
  readonly rateLimit?: string;
  /** Seconds. */
  readonly timeLimit?: number;
  readonly softTimeLimit?: number;
  readonly progressSteps?: number;
}

const nothing = (): Value => null;

/** Every task that the demo's workers have registered, its built-in ones aside. */
export const taskTypes: readonly TaskType[] = [
  {
    name: 'app.inventory.reserve',
    queue: 'celery',
    file: 'inventory/tasks.py',
    runtime: [0.05, 0.5],
    arguments: (chance) => ({ args: [sku(chance), chance.integer(1, 4)] }),
    result: () => true,
    failing: { share: 0.01, how: ['deadlock'] },
    retrying: { share: 0.02, why: 'deadlock', countdown: 1, max: 5 },
  },
  {
    name: 'app.orders.place',
    queue: 'celery',
    file: 'orders/tasks.py',
    runtime: [0.12, 0.6],
    arguments: (chance) => ({
      args: [orderId(chance)],
      kwargs: {
        customer: anyone(chance).name,
        total: amount(chance),
        currency: chance.pick(['EUR', 'USD', 'JPY']),
      },
    }),
    result: (chance) => ({ order: orderId(chance), status: 'placed' }),
    failing: { share: 0.02, how: ['zeroDivision', 'deadlock'] },
  },
  {
    name: 'app.orders.cancel',
    queue: 'celery',
    file: 'orders/tasks.py',
    runtime: [0.09, 0.5],
    arguments: (chance) => ({
      args: [orderId(chance)],
      kwargs: { reason: chance.pick(['customer', 'fraud', 'stock']) },
    }),
    result: () => 'cancelled',
  },
  {
    name: 'app.billing.charge',
    queue: 'celery',
    file: 'billing/tasks.py',
    runtime: [0.4, 0.5],
    arguments: (chance) => ({ args: [orderId(chance), amount(chance)], kwargs: { capture: true } }),
    result: (chance) => ({ charge: `ch_${chance.hex(16)}`, captured: true }),
    failing: { share: 0.05, how: ['cardDeclined'] },
    retrying: { share: 0.03, why: 'readTimeout', countdown: 4, max: 3 },
  },
  {
    name: 'app.billing.refund',
    queue: 'celery',
    file: 'billing/tasks.py',
    runtime: [0.5, 0.5],
    arguments: (chance) => ({ args: [`ch_${chance.hex(16)}`], kwargs: { amount: amount(chance) } }),
    result: (chance) => ({ refund: `re_${chance.hex(16)}` }),
    failing: { share: 0.04, how: ['connection'] },
  },
  {
    name: 'app.shipping.create_label',
    queue: 'celery',
    file: 'shipping/tasks.py',
    runtime: [0.6, 0.6],
    arguments: (chance) => ({
      args: [orderId(chance)],
      kwargs: { carrier: chance.pick(['dhl', 'dpd', 'ups', 'ヤマト']) },
    }),
    result: (chance) => `labels/${chance.hex(10)}.pdf`,
    failing: { share: 0.04, how: ['postcode', 'readTimeout'] },
  },
  {
    name: 'app.mail.send_email',
    queue: 'email',
    file: 'mail/tasks.py',
    runtime: [0.22, 0.7],
    arguments: (chance) => {
      const { name, email } = anyone(chance);
      return {
        args: [email],
        kwargs: { template: chance.pick(['order_confirmed', 'welcome', 'shipped']), name },
      };
    },
    result: (chance) => `<${chance.hex(12)}@mail.example>`,
    failing: { share: 0.015, how: ['recipientRefused'] },
  },
  {
    name: 'app.mail.send_reminder',
    queue: 'email',
    file: 'mail/tasks.py',
    runtime: [0.2, 0.5],
    arguments: (chance) => ({ args: [anyone(chance).email], kwargs: { cart: chance.hex(8) } }),
    result: (chance) => `<${chance.hex(12)}@mail.example>`,
  },
  {
    name: 'app.mail.prepare_campaign',
    queue: 'email',
    file: 'mail/tasks.py',
    runtime: [0.5, 0.3],
    arguments: (chance) => ({
      args: [chance.pick(['frühjahr-2026', 'black-friday', '夏のセール'])],
      kwargs: { segment: 'active' },
    }),
    result: (chance) => ({ recipients: chance.integer(6, 12) }),
  },
  {
    name: 'app.sms.send_code',
    queue: 'celery',
    file: 'sms/tasks.py',
    runtime: [0.3, 0.4],
    arguments: (chance) => ({ args: [`+49 30 ${chance.integer(100_000, 999_999)}`], kwargs: { ttl: 300 } }),
    result: () => 'queued',
    rateLimit: '60/m',
  },
  {
    name: 'app.webhooks.deliver',
    queue: 'celery',
    file: 'webhooks/tasks.py',
    runtime: [0.25, 0.8],
    arguments: (chance) => ({
      args: [`https://hooks.partner.example/v2/events`],
      kwargs: { event: chance.pick(['order.paid', 'order.shipped', 'stock.low']), attempt_id: chance.uuid() },
    }),
    result: () => 200,
    retrying: { share: 0.14, why: 'connection', countdown: 3, max: 2 },
  },
  {
    name: 'app.search.index_product',
    queue: 'celery',
    file: 'search/tasks.py',
    runtime: [0.07, 0.5],
    arguments: (chance) => ({ args: [sku(chance)] }),
    result: () => ({ result: 'updated', shards: [1, 1, 0] }),
    failing: { share: 0.01, how: ['connection'] },
  },
  {
    name: 'app.search.bulk_index',
    queue: 'celery',
    file: 'search/tasks.py',
    runtime: [0.9, 0.4],
    arguments: (chance) => ({
      args: [
        Array.from({ length: 60 }, () => ({
          sku: sku(chance),
          price: amount(chance),
          tags: ['sale', ['new', ['deep', ['deeper']]]],
        })),
      ],
      kwargs: { refresh: false },
    }),
    result: () => ({ indexed: 60, errors: [] }),
  },
  {
    name: 'app.catalog.import_feed',
    queue: 'celery',
    file: 'catalog/tasks.py',
    runtime: [1.6, 0.5],
    arguments: (chance) => ({
      args: [chance.pick(['köln-süd.csv', 'wien.csv', '大阪.csv'])],
      kwargs: { dry_run: false },
    }),
    result: (chance) => ({ rows: chance.integer(120, 9000), skipped: chance.integer(0, 9) }),
    failing: { share: 0.2, how: ['productMissing', 'badEncoding', 'softTimeLimit'] },
    timeLimit: 30,
    softTimeLimit: 25,
  },
  {
    name: 'app.catalog.rebuild_tree',
    queue: 'celery',
    file: 'catalog/tasks.py',
    runtime: [0.8, 0.3],
    arguments: (chance) => ({ args: [chance.integer(1, 40)] }),
    result: () => ({ nodes: 1884 }),
  },
  {
    name: 'app.feedback.submit',
    queue: 'celery',
    file: 'feedback/tasks.py',
    runtime: [0.1, 0.4],
    arguments: (chance) => ({
      kwargs: { name: anyone(chance).name, stars: chance.integer(1, 5), text: 'Très bien — merci! 👍' },
    }),
    result: nothing,
  },
  {
    name: 'app.prices.refresh_quote',
    queue: 'celery',
    file: 'prices/tasks.py',
    runtime: [0.15, 0.5],
    arguments: (chance) => ({ args: [sku(chance), chance.pick(['EUR', 'USD', 'CHF'])] }),
    result: (chance) => amount(chance),
  },
  {
    name: 'app.img.process_upload',
    queue: 'media',
    file: 'img/tasks.py',
    runtime: [0.3, 0.4],
    arguments: (chance) => ({ args: [uploadPath(chance, 'jpg')], kwargs: { owner: orderId(chance) } }),
    result: () => ({ width: 4032, height: 3024 }),
  },
  {
    name: 'app.img.resize_thumbnail',
    queue: 'media',
    file: 'img/tasks.py',
    runtime: [0.45, 0.5],
    arguments: (chance) => ({
      args: [uploadPath(chance, 'jpg')],
      kwargs: { size: chance.pick(['64x64', '320x240', '1280x960']) },
    }),
    result: (chance) => uploadPath(chance, 'webp'),
    failing: { share: 0.02, how: ['brokenImage'] },
  },
  {
    name: 'app.img.publish_gallery',
    queue: 'media',
    file: 'img/tasks.py',
    runtime: [0.15, 0.3],
    arguments: (chance) => ({ args: [Array.from({ length: 3 }, () => uploadPath(chance, 'webp'))] }),
    result: (chance) => `https://cdn.example/g/${chance.hex(10)}`,
  },
  {
    name: 'app.video.transcode',
    queue: 'media',
    file: 'video/tasks.py',
    runtime: [9, 0.5],
    arguments: (chance) => ({
      args: [uploadPath(chance, 'mov')],
      kwargs: { profile: chance.pick(['720p', '1080p', '2160p']) },
    }),
    result: (chance) => uploadPath(chance, 'mp4'),
    failing: { share: 0.08, how: ['ffmpeg'] },
    progressSteps: 10,
  },
  {
    name: 'app.reports.build_quarterly',
    queue: 'reports',
    file: 'reports/tasks.py',
    runtime: [14, 0.5],
    arguments: (chance) => ({
      args: [2026, `Q${chance.integer(1, 4)}`],
      kwargs: { region: chance.pick(['EMEA', 'APAC', 'AMER']) },
    }),
    result: (chance) => ({ file: `reports/${chance.hex(8)}.xlsx`, rows: chance.integer(1000, 90_000) }),
    failing: { share: 0.06, how: ['zeroDivision'] },
  },
  {
    name: 'app.reports.export_csv',
    queue: 'reports',
    file: 'reports/tasks.py',
    runtime: [2.5, 0.6],
    arguments: (chance) => ({
      args: [chance.pick(['orders', 'customers', 'stock'])],
      kwargs: { since: '2026-01-01' },
    }),
    result: (chance) => `exports/${chance.hex(8)}.csv`,
    timeLimit: 20,
  },
  {
    name: 'app.inventory.sync_warehouse',
    queue: 'reports',
    file: 'inventory/tasks.py',
    runtime: [3, 0.5],
    arguments: (chance) => ({ args: [chance.pick(['hamburg', 'łódź', '神戸'])] }),
    result: (chance) => ({ changed: chance.integer(0, 400) }),
  },
  {
    name: 'app.search.reindex',
    queue: 'periodic',
    file: 'search/tasks.py',
    runtime: [0.9, 0.3],
    arguments: () => ({ kwargs: { index: 'products', incremental: true } }),
    result: (chance) => ({ documents: chance.integer(10, 900) }),
  },
  {
    name: 'app.carts.expire_abandoned',
    queue: 'periodic',
    file: 'carts/tasks.py',
    runtime: [0.2, 0.4],
    arguments: () => ({ kwargs: { older_than: 3600 } }),
    result: (chance) => chance.integer(0, 40),
  },
  {
    name: 'app.metrics.flush',
    queue: 'periodic',
    file: 'metrics/tasks.py',
    runtime: [0.03, 0.4],
    arguments: () => ({}),
    result: (chance) => chance.integer(200, 900),
  },
];

/** What Celery itself registers (celery/app/builtins.py); those with a queue are sent by the demo. */
export const builtinTasks: readonly TaskType[] = [
  'accumulate',
  'backend_cleanup',
  'chain',
  'chord',
  'chord_unlock',
  'chunks',
  'group',
  'map',
  'starmap',
].map((name) => ({
  name: `celery.${name}`,
  queue: name === 'backend_cleanup' ? 'periodic' : 'celery',
  file: 'builtins.py',
  runtime: name === 'backend_cleanup' ? [0.4, 0.3] : [0.01, 0.3],
  arguments: () => ({}),
  result: nothing,
}));

const byName = new Map([...taskTypes, ...builtinTasks].map((type) => [type.name, type]));

export function findTaskType(name: string): TaskType | undefined {
  return byName.get(name);
}
