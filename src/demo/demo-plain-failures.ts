import type { Chance } from './demo-random.ts';
import {
  applicationRoot,
  type Failure,
  type Frame,
  library,
  own,
  type Place,
  python,
  single,
} from './demo-tracebacks.ts';
import { reprString } from './python-repr.ts';

type PlainFailureName =
  | 'zeroDivision'
  | 'postcode'
  | 'brokenImage'
  | 'recipientRefused'
  | 'badEncoding'
  | 'ffmpeg'
  | 'recursion'
  | 'softTimeLimit';

/** Failures of one exception, with the frames that lead to it. */
export const plainFailures: Readonly<Record<PlainFailureName, (place: Place, chance: Chance) => Failure>> = {
  zeroDivision: ({ file, function: name }) =>
    single(
      'ZeroDivisionError: division by zero',
      "ZeroDivisionError('division by zero')",
      own(file, 57, name, 'margin = share(order.total, order.items)', 'share(order.total, order.items)'),
      own(
        `${applicationRoot}/core/money.py`,
        112,
        'share',
        'return (total / len(items)).quantize(CENT)',
        'total / len(items)',
      ),
    ),
  postcode: ({ file, function: name }, chance) => {
    const who = chance.pick(['Jürgen Müller', '山田 太郎', 'Zoë Brontë 🚚', 'Łukasz Żółć']);
    const text = `Ungültige Postleitzahl „1234A“ für ${who}`;
    return single(
      `ValueError: ${text}`,
      `ValueError(${reprString(text)})`,
      own(file, 33, name, 'label = carrier.label_for(order)', 'carrier.label_for(order)'),
      own(
        `${applicationRoot}/shipping/carrier.py`,
        88,
        'label_for',
        'raise ValueError(f"Ungültige Postleitzahl „{code}“ für {name}")',
      ),
    );
  },
  brokenImage: ({ file, function: name }, chance) => {
    const text = `cannot identify image file <_io.BytesIO object at 0x7f${chance.hex(10)}>`;
    return single(
      `PIL.UnidentifiedImageError: ${text}`,
      `UnidentifiedImageError(${reprString(text)})`,
      own(file, 29, name, 'with Image.open(BytesIO(blob)) as image:', 'Image.open(BytesIO(blob))'),
      library('PIL/Image.py', 3498, 'open', 'raise UnidentifiedImageError(msg)'),
    );
  },
  recipientRefused: ({ file, function: name }, chance) => {
    const who = chance.pick(['noreply@example.invalid', 'jürgen@beispiel.example', 'sales@old-shop.example']);
    const text = `{'${who}': (550, b'5.1.1 <${who}>: Recipient address rejected: User unknown')}`;
    return single(
      `smtplib.SMTPRecipientsRefused: ${text}`,
      `SMTPRecipientsRefused(${text})`,
      own(file, 46, name, 'smtp.send_message(message)'),
      python(
        'smtplib.py',
        986,
        'send_message',
        'return self.sendmail(from_addr, to_addrs, flatmsg, mail_options,',
      ),
      python('smtplib.py', 901, 'sendmail', 'raise SMTPRecipientsRefused(senderrs)'),
    );
  },
  badEncoding: ({ file, function: name }) => {
    const text = "'utf-8' codec can't decode byte 0xfc in position 11: invalid start byte";
    return single(
      `UnicodeDecodeError: ${text}`,
      "UnicodeDecodeError('utf-8', b'name;K\\xf6ln-S\\xfcd', 11, 12, 'invalid start byte')",
      own(file, 71, name, 'for row in csv.DictReader(feed):'),
      python('csv.py', 110, '__next__', 'self.fieldnames'),
      python(
        'codecs.py',
        322,
        'decode',
        '(result, consumed) = self._buffer_decode(data, self.errors, final)',
        'self._buffer_decode(data, self.errors, final)',
      ),
    );
  },
  ffmpeg: ({ file, function: name }, chance) => {
    const command = `['ffmpeg', '-i', '/media/in/${chance.hex(8)}.mov', '-c:v', 'libx264', '/media/out/${chance.hex(8)}.mp4']`;
    return single(
      `subprocess.CalledProcessError: Command '${command}' returned non-zero exit status 187.`,
      `CalledProcessError(187, ${command})`,
      own(file, 90, name, 'subprocess.run(command, check=True, capture_output=True)'),
      python('subprocess.py', 571, 'run', 'raise CalledProcessError(retcode, process.args,'),
    );
  },
  recursion: ({ file, function: name }) => {
    const climb = Array.from({ length: 74 }, (): Frame[] => [
      own(
        `${applicationRoot}/catalog/tree.py`,
        118,
        'expand',
        'return self.merge(node.children)',
        'self.merge(node.children)',
      ),
      own(
        `${applicationRoot}/catalog/tree.py`,
        131,
        'merge',
        'return [self.expand(child) for child in children]',
        'self.expand(child)',
      ),
    ]).flat();
    return single(
      'RecursionError: maximum recursion depth exceeded while calling a Python object',
      "RecursionError('maximum recursion depth exceeded while calling a Python object')",
      own(file, 19, name, 'tree = CategoryTree(root).expand(root)', 'CategoryTree(root).expand(root)'),
      ...climb,
    );
  },
  softTimeLimit: ({ file, function: name }) =>
    single(
      'billiard.exceptions.SoftTimeLimitExceeded: SoftTimeLimitExceeded()',
      'SoftTimeLimitExceeded()',
      own(file, 83, name, 'rows = list(cursor.iterate(batch=500))', 'cursor.iterate(batch=500)'),
      library('billiard/pool.py', 229, 'soft_timeout_sighandler', 'raise SoftTimeLimitExceeded()'),
    ),
};
