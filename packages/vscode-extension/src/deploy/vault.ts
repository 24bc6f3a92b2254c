import type * as vscode from "vscode";
import type { NamedTarget } from "./target.ts";

/**
 * Credentials in the editor's secret storage, and nowhere else. They are kept by the address that they
 * are for, so that a setting that gives another target the same name does not get them.
 */
export interface Vault {
  connectionString(endpoint: string): Promise<string | undefined>;
  keepConnectionString(endpoint: string, text: string): Promise<void>;
  /** Values of `secret`s, by what they are kept for: an endpoint, or the emulator. */
  value(endpoint: string, name: string): Promise<string | undefined>;
  keepValue(endpoint: string, name: string, value: string): Promise<void>;
  forget(target: NamedTarget): Promise<void>;
}

export function vaultIn(secrets: vscode.SecretStorage): Vault {
  const connectionKey = (endpoint: string): string => `routewright.connection:${endpoint}`;
  const valueKey = (endpoint: string, name: string): string =>
    `routewright.value:${endpoint}:${name}`;
  // The storage cannot be listed in every editor, so the names are kept beside the values.
  const namesKey = (endpoint: string): string => `routewright.names:${endpoint}`;
  const namesOf = async (endpoint: string): Promise<readonly string[]> => {
    const text = await secrets.get(namesKey(endpoint));
    return text === undefined ? [] : (JSON.parse(text) as readonly string[]);
  };
  return {
    connectionString: async (endpoint) => secrets.get(connectionKey(endpoint)),
    keepConnectionString: async (endpoint, text) => secrets.store(connectionKey(endpoint), text),
    value: async (endpoint, name) => secrets.get(valueKey(endpoint, name)),
    async keepValue(endpoint, name, value) {
      await secrets.store(valueKey(endpoint, name), value);
      const names = new Set([...(await namesOf(endpoint)), name]);
      await secrets.store(namesKey(endpoint), JSON.stringify([...names].sort()));
    },
    async forget({ endpoint }) {
      for (const name of await namesOf(endpoint)) await secrets.delete(valueKey(endpoint, name));
      await secrets.delete(namesKey(endpoint));
      await secrets.delete(connectionKey(endpoint));
    },
  };
}
