/** Requests and their replies between a page and a worker, or over a port: the one message layer of this site's workers. */
import { messageOf } from "./errors";

/** A worker, a worker's own global scope, or a port. */
export interface Channel {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
}

/** A request is told from others of its protocol by `call`. */
interface Named {
  readonly call: string;
}

interface Envelope<Request> {
  readonly number: number;
  readonly request: Request;
}

/** `news` answers no request. */
type Message<Failure> =
  | { readonly number: number; readonly result: unknown }
  | { readonly number: number; readonly failure: Failure }
  | { readonly news: unknown };

export interface ServeOptions<Result, Failure> {
  /** The buffers of a result that this side no longer uses. */
  transferOf?: (result: Result) => Transferable[];
  /** What the other side makes an error of. Left out: its message. */
  failureOf?: (error: unknown) => Failure;
}

/** Answers all requests that come over a channel. */
export function serve<Result, Failure>(
  channel: Channel,
  answer: (request: never) => Promise<Result>,
  { transferOf = () => [], failureOf = messageOf as (error: unknown) => Failure }: ServeOptions<Result, Failure> = {},
): void {
  const post = (message: Message<Failure>, transfer: Transferable[] = []): void => { channel.postMessage(message, transfer); };
  channel.addEventListener("message", ({ data }: MessageEvent<Envelope<never>>) => {
    const { number, request } = data;
    answer(request).then(
      (result) => { post({ number, result }, transferOf(result)); },
      (error: unknown) => { post({ number, failure: failureOf(error) }); },
    );
  });
}

/** Sends what answers no request. */
export function announce(channel: Channel, news: unknown): void {
  channel.postMessage({ news } satisfies Message<never>, []);
}

interface Waiting {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
}

/** The side that asks. `Results`: what each call resolves to. */
export class Caller<Request extends Named, Results extends Record<Request["call"], unknown>, Failure = string> {
  private readonly waiting = new Map<number, Waiting>();
  private nextNumber = 1;
  private ended: Error | null = null;

  /** errorOf: what a request that failed rejects with. onNews: called with what `announce` sent. */
  constructor(
    private readonly channel: Channel,
    private readonly errorOf: (failure: Failure) => Error,
    onNews: (news: unknown) => void = () => undefined,
  ) {
    channel.addEventListener("message", ({ data }: MessageEvent<Message<Failure>>) => {
      if ("news" in data) onNews(data.news);
      else this.receive(data);
    });
  }

  ask<C extends Request["call"]>(request: Request & { call: C }): Promise<Results[C]> {
    if (this.ended !== null) return Promise.reject(this.ended);
    const number = this.nextNumber++;
    return new Promise<Results[C]>((resolve, reject) => {
      this.waiting.set(number, { resolve, reject });
      this.channel.postMessage({ number, request } satisfies Envelope<Request>, []);
    });
  }

  /** Requests that are not answered yet, and all later ones, reject with `error`; the first call counts. */
  end(error: Error): void {
    if (this.ended !== null) return;
    this.ended = error;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }

  private receive(reply: Exclude<Message<Failure>, { news: unknown }>): void {
    const waiting = this.waiting.get(reply.number);
    if (waiting === undefined) return;
    this.waiting.delete(reply.number);
    if ("result" in reply) waiting.resolve(reply.result as never);
    else waiting.reject(this.errorOf(reply.failure));
  }
}
