/**
 * Text as whole numbers, as Keras' `TextVectorization` computes them. Port of Python's `kinds/text_tokens.py`; both
 * agree with Keras on `tests/vectors/text.json`.
 */

// TensorFlow lowers and splits bytes: letters and spaces outside ASCII stay as they are.
const UPPER = /[A-Z]+/g;
const PUNCTUATION = /[!"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~']/g;
const SPACES = /[ \t\n\v\f\r]+/;
/** Halves of a UTF-16 pair, which are no characters. */
const LONE = /\p{Cs}/gu;

export interface Token {
  text: string;
  /** Place in the vocabulary; 1: unknown, 0: padding. */
  number: number;
}

export interface TokensSpec {
  /** Tokens in the order of their numbers, the first two for padding and for unknown tokens. */
  vocabulary: readonly string[];
  /** Number of values of a text. */
  length: number;
  standardize: string;
  split: string;
  /** A token that is not in the vocabulary. */
  unknown: string;
}

export class Tokens {
  readonly #numbers: Map<string, number>;

  constructor(readonly spec: TokensSpec) {
    this.#numbers = new Map(spec.vocabulary.map((token, i) => [token, i]));
  }

  /** Returns the standardised tokens of a text, all of them. */
  split(text: string): Token[] {
    const { standardize, split } = this.spec;
    let plain = text.replace(LONE, "\ufffd");
    if (standardize.includes("lower")) plain = plain.replace(UPPER, (letters) => letters.toLowerCase());
    if (standardize.includes("punctuation")) plain = plain.replace(PUNCTUATION, "");
    const tokens = split === "character" ? Array.from(plain) : plain.split(SPACES).filter((token) => token !== "");
    return tokens.map((token) => ({ text: token, number: this.#numbers.get(token) ?? 1 }));
  }

  /** Returns the numbers of a text: further tokens are cut off, and 0 fills the rest. */
  encode(text: string): Float32Array {
    const values = new Float32Array(this.spec.length);
    values.set(this.split(text).slice(0, values.length).map(({ number }) => number));
    return values;
  }

  /** Returns a text of these numbers. */
  decode(values: ArrayLike<number>): string {
    const { vocabulary, unknown, split } = this.spec;
    return Array.from(values, Math.round)
      .filter((i) => i > 0)
      .map((i) => (i === 1 ? unknown : (vocabulary[i] ?? "")))
      .join(split === "character" ? "" : " ");
  }

  /** Returns a text with the same numbers, without needless spaces. */
  tidy(text: string): string {
    const plain = text.replace(LONE, "\ufffd");
    if (this.spec.split === "character") return plain;
    return plain.split(SPACES).filter((token) => token !== "").join(" ");
  }
}
