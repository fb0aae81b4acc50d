import { type PGlite, protocol } from '@electric-sql/pglite';

interface Statement {
  paramTypes: number[];
  columnTypes: number[];
}

/**
 * Runs named statements on PGlite, each parsed and planned once and then sent in one message. `client.query` has no
 * names, parses every time and asks for the types in between: it takes two to three times as long.
 */
export function createStatements(client: PGlite) {
  const statements = new Map<string, Statement>();
  const { serialize } = protocol;

  async function prepare(name: string, text: string): Promise<Statement> {
    const { messages } = await client.execProtocol(
      joined(serialize.parse({ name, text }), serialize.describe({ type: 'S', name }), serialize.sync()),
    );
    const statement: Statement = { paramTypes: [], columnTypes: [] };
    for (const message of messages) {
      if (message instanceof protocol.messages.ParameterDescriptionMessage) statement.paramTypes = message.dataTypeIDs;
      if (message instanceof protocol.messages.RowDescriptionMessage) {
        statement.columnTypes = message.fields.map((field) => field.dataTypeID);
      }
    }
    statements.set(name, statement);
    return statement;
  }

  return (name: string, text: string, params: unknown[]): Promise<unknown[][]> =>
    // Alone, because a query in between its own messages would find its portal gone.
    client.runExclusive(async () => {
      const { paramTypes, columnTypes } = statements.get(name) ?? (await prepare(name, text));
      const values = params.map((param, i) => toText(param, paramTypes[i]));
      const { messages } = await client.execProtocol(
        joined(serialize.bind({ statement: name, values }), serialize.execute(), serialize.sync()),
      );
      const rows: unknown[][] = [];
      for (const message of messages) {
        if (message instanceof protocol.messages.DataRowMessage) {
          rows.push(message.fields.map((field, i) => toValue(field, columnTypes[i])));
        }
      }
      return rows;
    });

  function toText(param: unknown, type: number | undefined): string | null {
    if (param === null || param === undefined) return null;
    const serializer = type === undefined ? undefined : client.serializers[type];
    return serializer ? serializer(param) : String(param);
  }

  function toValue(field: string | null, type: number | undefined): unknown {
    const parser = type === undefined ? undefined : client.parsers[type];
    return field === null || !parser ? field : parser(field, type);
  }
}

function joined(...messages: Uint8Array[]): Uint8Array {
  return Buffer.concat(messages);
}
