/** The Redis keys of one id; the channels that Celery publishes a stored result on have the same names. */
export interface ResultKeys {
  readonly task: string;
  readonly group: string;
  /** Of a chord whose body has not been sent: what its tasks returned, how many they are, and by how many more. */
  readonly chord: { readonly results: string; readonly size: string; readonly extra: string };
}

/**
 * @param keyPrefix `global_keyprefix` of `result_backend_transport_options`, empty for none. Mirrors
 *   celery/backends/base.py:BaseKeyValueStoreBackend._add_global_keyprefix, which puts `_` behind a name.
 */
export function resultKeys(id: string, keyPrefix: string): ResultKeys {
  const prefix = keyPrefix === '' || /[:_.-]$/.test(keyPrefix) ? keyPrefix : `${keyPrefix}_`;
  const group = `${prefix}celery-taskset-meta-${id}`;
  return {
    task: `${prefix}celery-task-meta-${id}`,
    group,
    chord: { results: `${group}.j`, size: `${group}.s`, extra: `${group}.t` },
  };
}
