import { pbkdf2 } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** Enough to make guessing dear, few enough not to be noticed for a handful of credentials. */
const iterations = 20_000;

export type Fingerprints = (secret: string) => string;

/**
 * Tells whether two credentials are the same without holding either. Slow on purpose and salted
 * for each state file, so that a table of usual passwords is of no use against a state or a plan.
 *
 * @param salt random text; the one of the state.
 */
export function fingerprints(salt: string): Fingerprints {
  const known = new Map<string, string>();
  return (secret) => {
    let print = known.get(secret);
    if (print === undefined) {
      print = bytesToHex(pbkdf2(sha256, secret, salt, { c: iterations, dkLen: 16 }));
      known.set(secret, print);
    }
    return print;
  };
}
