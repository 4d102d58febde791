// The certificate of the agents' listener. It signs itself: agents pin its SHA-256 through their enrolment token, so no
// authority is needed and none can be subverted. Key and certificate share one file, so neither is ever there alone.
import { createHash, X509Certificate } from 'node:crypto';
import { chmod, open, readFile, rename } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';

export interface Certificate {
  /** Private key and certificate, PEM. */
  readonly pem: string;
  /** SHA-256 of the certificate (DER), base64url: what agents pin. */
  readonly pin: string;
}

/** Agents pin the certificate itself, so its end date protects nothing; a short one would only strand laptops. */
const YEARS = 30;

/** Reads `certificate.pem` in `directory`, or makes it there (mode 0600). Throws where the file is there but broken. */
export async function certificateIn(directory: string, names: readonly string[]): Promise<Certificate> {
  const file = join(directory, 'certificate.pem');
  try {
    const pem = await readFile(file, 'utf8');
    await chmod(file, 0o600);
    return { pem, pin: pinOf(pem) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new Error(
        `${file} holds no usable certificate; restore it, or delete it and enrol every agent again`,
        {
          cause: error,
        },
      );
  }
  const pem = await make(names);
  await writeDurably(file, pem);
  return { pem, pin: pinOf(pem) };
}

function pinOf(pem: string): string {
  return createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url');
}

async function make(names: readonly string[]): Promise<string> {
  // Loaded here alone: it costs 20 MB and most starts find the certificate made.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]);
  const now = new Date();
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + YEARS);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Lifeguard central collector',
    notBefore: now,
    notAfter: end,
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
    ],
  });
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${key.replace(/.{64}/g, '$&\n').trim()}\n-----END PRIVATE KEY-----\n${certificate.toString('pem')}\n`;
}

async function writeDurably(file: string, content: string): Promise<void> {
  const temporary = `${file}.new`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.chmod(0o600);
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}
