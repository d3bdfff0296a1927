/** `amqp`, `redis`, `demo`: the scheme of a redacted URL, for status lines without room for more. */
export function parseTransport(brokerLabel: string): string {
  const end = brokerLabel.indexOf(':');
  return end <= 0 ? brokerLabel.slice(0, 12) : brokerLabel.slice(0, end).replace(/^pyamqp$/, 'amqp');
}
