/** A node of a graph model, as the converter writes it. */
interface Attribute {
  b?: boolean;
  i?: string | number;
  f?: number;
  s?: string;
  type?: string;
  list?: { i?: (string | number)[]; s?: string[] };
}

export interface Node {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, Attribute>>;
}
