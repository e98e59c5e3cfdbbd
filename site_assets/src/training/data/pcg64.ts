/**
 * Port of NumPy's default generator, bit for bit: `numpy.random.default_rng(entropy)`. 64- and 128-bit numbers are
 * held in 32-bit limbs, the lowest first; JavaScript's BigInt would be a hundred times slower.
 *
 * Sources: numpy/random/bit_generator.pyx (SeedSequence, after M. E. O'Neill's seed_seq_fe), and
 * numpy/random/src/pcg64 (PCG XSL-RR 128/64).
 */

const POOL = 4;
const INIT_A = 0x43b0d7e5;
const MULT_A = 0x931e8875;
const INIT_B = 0x8b51f9dd;
const MULT_B = 0x58f38ded;
const MIX_LEFT = 0xca01f9dd;
const MIX_RIGHT = 0x4973f715;

/** PCG's multiplier 0x2360ED051FC65DA44385DF649FCCF645, lowest limb first. */
const MULTIPLIER = [0x9fccf645, 0x4385df64, 0x1fc65da4, 0x2360ed05] as const;

const LIMB = 2 ** 32;

/** Returns non-negative integers in NumPy's layout: 32-bit words, lowest first; 0 is one word. */
function words(entropy: readonly number[]): number[] {
  return entropy.flatMap((number) => {
    const found = [number % LIMB];
    for (let rest = Math.floor(number / LIMB); rest > 0; rest = Math.floor(rest / LIMB)) found.push(rest % LIMB);
    return found;
  });
}

/** `SeedSequence(entropy).generate_state(8, uint32)`. */
function seedState(entropy: readonly number[]): Uint32Array {
  const given = words(entropy);
  let hash = INIT_A;
  const hashed = (value: number): number => {
    const mixed = value ^ hash;
    hash = Math.imul(hash, MULT_A);
    const product = Math.imul(mixed, hash);
    return product ^ (product >>> 16);
  };
  const mix = (x: number, y: number): number => {
    const result = (Math.imul(MIX_LEFT, x) - Math.imul(MIX_RIGHT, y)) | 0;
    return result ^ (result >>> 16);
  };
  const pool = Array.from({ length: POOL }, (_, i) => hashed(given[i] ?? 0));
  for (let from = 0; from < POOL; from++) {
    for (let to = 0; to < POOL; to++) if (from !== to) pool[to] = mix(pool[to]!, hashed(pool[from]!));
  }
  for (const word of given.slice(POOL)) {
    for (let to = 0; to < POOL; to++) pool[to] = mix(pool[to]!, hashed(word));
  }
  hash = INIT_B;
  return Uint32Array.from({ length: 2 * POOL }, (_, i) => {
    const mixed = pool[i % POOL]! ^ hash;
    hash = Math.imul(hash, MULT_B);
    const product = Math.imul(mixed, hash);
    return product ^ (product >>> 16);
  });
}

/** Returns the upper 32 bits of the 64-bit product of two uint32 numbers. */
function highProduct(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const middle = a1 * b0 + ((a0 * b0) >>> 16); // below 2^32
  const cross = a0 * b1 + (middle & 0xffff);
  return (a1 * b1 + (middle >>> 16) + (cross >>> 16)) >>> 0;
}

/** A random number generator; the same entropy gives the same numbers. */
export class Pcg64 {
  private readonly state = new Uint32Array(4);
  private readonly increment = new Uint32Array(4);
  private readonly next = new Uint32Array(4);
  private low = 0;
  private high = 0;
  /** Whether `uint32` has yet to return the upper half of the latest 64 bits. */
  private halfLeft = false;

  /** entropy: integers from 0 up to 2^53, as `default_rng` takes them in a list. */
  constructor(entropy: readonly number[]) {
    const seed = seedState(entropy);
    // NumPy reads the words as four 64-bit numbers: initial state high, low, then the stream high, low.
    const sequence = [seed[6]!, seed[7]!, seed[4]!, seed[5]!];
    let carry = 1;
    for (let i = 0; i < 4; i++) {
      this.increment[i] = (sequence[i]! << 1) | carry;
      carry = sequence[i]! >>> 31;
    }
    this.advance();
    this.add([seed[2]!, seed[3]!, seed[0]!, seed[1]!]);
    this.advance();
  }

  /** Draws uniformly from 0 … 2^32 − 1. Each 64-bit number gives two results, the lower half first. */
  uint32(): number {
    if (this.halfLeft) {
      this.halfLeft = false;
      return this.high;
    }
    this.draw();
    this.halfLeft = true;
    return this.low;
  }

  /** Draws uniformly from [0, 1) with 53 bits, as `Generator.random()`. */
  double(): number {
    this.draw();
    return (this.high * 2 ** 21 + (this.low >>> 11)) / 2 ** 53;
  }

  /**
   * Draws uniformly from 0 … bound, both included; bound below 2^32. Masks to the bits of bound and rejects larger
   * values (`random_interval` of numpy/random/src/distributions).
   */
  bounded(bound: number): number {
    if (bound === 0) return 0;
    const mask = 0xffffffff >>> Math.clz32(bound);
    for (;;) {
      const value = (this.uint32() & mask) >>> 0;
      if (value <= bound) return value;
    }
  }

  /** Advances, and stores the next 64 bits in `low` and `high`. */
  private draw(): void {
    this.advance();
    const state = this.state;
    const low = state[0]! ^ state[2]!;
    const high = state[1]! ^ state[3]!;
    const turn = state[3]! >>> 26;
    const by = turn & 31;
    const first = turn & 32 ? high : low;
    const second = turn & 32 ? low : high;
    this.low = by === 0 ? first >>> 0 : ((first >>> by) | (second << (32 - by))) >>> 0;
    this.high = by === 0 ? second >>> 0 : ((second >>> by) | (first << (32 - by))) >>> 0;
  }

  /** state = state · multiplier + increment, modulo 2^128. */
  private advance(): void {
    const { state, next, increment } = this;
    next.set(increment);
    for (let i = 0; i < 4; i++) {
      let carry = 0;
      for (let j = 0; i + j < 4; j++) {
        const a = state[i]!;
        const b = MULTIPLIER[j]!;
        // Two 32-bit numbers and a 32-bit carry: each sum is below 2^53.
        const sum = next[i + j]! + (Math.imul(a, b) >>> 0) + carry;
        next[i + j] = sum;
        carry = highProduct(a, b) + Math.floor(sum / LIMB);
      }
    }
    state.set(next);
  }

  private add(limbs: readonly number[]): void {
    let carry = 0;
    for (let i = 0; i < 4; i++) {
      const sum = this.state[i]! + limbs[i]! + carry;
      this.state[i] = sum;
      carry = Math.floor(sum / LIMB);
    }
  }
}
