import type { Chance } from './demo-random.ts';

type NameAndAddress = readonly [name: string, email: string];

const people: readonly [NameAndAddress, ...NameAndAddress[]] = [
  ['Jürgen Müller', 'juergen.mueller@example.de'],
  ['山田 太郎', 'taro.yamada@example.jp'],
  ['Zoë Brontë 🎉', 'zoe.bronte@example.co.uk'],
  ['Ana Lucía Fernández', 'ana.fernandez@example.es'],
  ['Łukasz Żółć', 'lukasz@example.pl'],
  ['Noor al-Hassan', 'noor@example.ae'],
  ["Siobhán O'Neill", 'siobhan.oneill@example.ie'],
  ['Chidi Okafor', 'chidi.okafor@example.ng'],
  ['Émile Lefèvre', 'emile@example.fr'],
  ['Priya Raghunathan', 'priya.r@example.in'],
  ['李小龍', 'li@example.hk'],
  ['Mary Smith', 'mary.smith@example.com'],
];

export interface Person {
  readonly name: string;
  readonly email: string;
}

export function anyone(chance: Chance): Person {
  const [name, email] = chance.pick(people);
  return { name, email };
}

export function orderId(chance: Chance): number {
  return chance.integer(100_000, 999_999);
}

/** Money as the shop passes it on: a decimal in a string. */
export function amount(chance: Chance): string {
  return chance.logNormal(42, 0.8).toFixed(2);
}

export function sku(chance: Chance): string {
  return `SKU-${chance.integer(10_000, 99_999)}`;
}

export function uploadPath(chance: Chance, extension: string): string {
  return `uploads/2026/${String(chance.integer(1, 12)).padStart(2, '0')}/${chance.hex(12)}.${extension}`;
}
