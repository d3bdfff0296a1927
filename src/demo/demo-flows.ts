import { sendChain, sendChord, sendGroup } from './demo-canvas.ts';
import type { Sender } from './demo-events.ts';
import type { DemoParts } from './demo-parts.ts';
import type { Signature } from './demo-producer.ts';

/** Something that a customer or a colleague does, and the tasks that come of it. */
export interface Flow {
  readonly weight: number;
  /** Events that it mostly makes. */
  readonly events: number;
  /** It does not begin while too many of one of these wait: the demo must not fill a memory with a queue. */
  readonly sends: readonly string[];
  readonly start: (parts: DemoParts, client: Sender) => void;
}

const tenants = ['acme', 'globex', 'initech', 'müller-söhne'] as const;

export const flows: readonly [Flow, ...Flow[]] = [
  { weight: 12, events: 23, sends: checkoutTasks(), start: checkOut },
  { weight: 30, events: 4, sends: ['app.search.index_product'], start: one('app.search.index_product') },
  { weight: 14, events: 5, sends: ['app.webhooks.deliver'], start: one('app.webhooks.deliver') },
  { weight: 12, events: 8, sends: ['app.sms.send_code', 'app.mail.send_email'], start: signUp },
  { weight: 5, events: 4, sends: ['app.billing.refund'], start: one('app.billing.refund') },
  { weight: 5, events: 4, sends: ['app.orders.cancel'], start: one('app.orders.cancel') },
  {
    weight: 5,
    events: 4,
    sends: ['app.prices.refresh_quote'],
    start: one('app.prices.refresh_quote', { expiresIn: 30 }),
  },
  { weight: 3, events: 4, sends: ['app.feedback.submit'], start: one('app.feedback.submit') },
  { weight: 5, events: 30, sends: galleryTasks(), start: upload },
  { weight: 4, events: 4, sends: ['app.mail.send_reminder'], start: remind },
  { weight: 1, events: 40, sends: ['app.mail.prepare_campaign', 'app.mail.send_email'], start: mailCampaign },
];

function one(name: string, more: Partial<Signature> = {}): Flow['start'] {
  return ({ producer, chance }, client) => {
    producer.send(client, { name, stamps: { tenant: chance.pick(tenants) }, ...more });
  };
}

function checkoutTasks(): string[] {
  const last = ['app.mail.send_email', 'app.shipping.create_label', 'app.webhooks.deliver'];
  return ['app.orders.place', 'app.inventory.reserve', 'app.billing.charge', ...last];
}

/** A chain whose last link sends a group. */
function checkOut({ producer, chance }: DemoParts, client: Sender): void {
  const stamps = { tenant: chance.pick(tenants) };
  const [place = '', reserve = '', charge = '', ...last] = checkoutTasks();
  sendChain(producer, client, [
    { name: place, stamps },
    { name: reserve, stamps },
    {
      name: charge,
      stamps,
      onSuccess: (process, message) =>
        sendGroup(
          producer,
          process,
          last.map((name) => ({ name, stamps })),
          message,
        ),
    },
  ]);
}

function signUp({ producer }: DemoParts, client: Sender): void {
  sendChain(producer, client, [{ name: 'app.sms.send_code' }, { name: 'app.mail.send_email' }]);
}

function galleryTasks(): string[] {
  return [
    'app.img.process_upload',
    'app.img.resize_thumbnail',
    'app.img.publish_gallery',
    'celery.chord_unlock',
  ];
}

/** A task that sends a chord. */
function upload({ producer, chance }: DemoParts, client: Sender): void {
  const [process = '', resize = '', publish = ''] = galleryTasks();
  const header = Array.from({ length: chance.integer(3, 5) }, () => ({ name: resize }));
  producer.send(client, {
    name: process,
    onSuccess: (from, message) => sendChord(producer, from, header, { name: publish }, message),
  });
}

function remind({ producer, chance }: DemoParts, client: Sender): void {
  producer.send(client, { name: 'app.mail.send_reminder', countdown: chance.integer(15, 60) });
}

function mailCampaign({ producer, chance }: DemoParts, client: Sender): void {
  const members = Array.from({ length: chance.integer(6, 12) }, () => ({ name: 'app.mail.send_email' }));
  producer.send(client, {
    name: 'app.mail.prepare_campaign',
    onSuccess: (process, message) => sendGroup(producer, process, members, message),
  });
}
