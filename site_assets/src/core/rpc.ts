/** Requests and replies between a page and a worker, or over a port; the message layer of all workers. */
import { messageOf } from "./errors";

/** A worker, a worker's global scope, or a port. */
export interface Channel {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
}

/** A request; `call` discriminates the requests of a protocol. */
interface CallRequest {
  readonly call: string;
}

interface Envelope<Request> {
  readonly number: number;
  readonly request: Request;
}

/** A reply to a request, or `news`, which replies to none. */
type Message<Failure> =
  | { readonly number: number; readonly result: unknown }
  | { readonly number: number; readonly failure: Failure }
  | { readonly news: unknown };

export interface ServeOptions<Result, Failure> {
  /** Returns the buffers of a result to transfer instead of copy. Default: none. */
  transferOf?: (result: Result) => Transferable[];
  /** Converts an error to what the other side receives. Default: its message. */
  failureOf?: (error: unknown) => Failure;
}

/** Answers all requests that arrive on a channel. */
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

/** Sends a message that replies to no request. */
export function announce(channel: Channel, news: unknown): void {
  channel.postMessage({ news } satisfies Message<never>, []);
}

interface Pending {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
}

/** Sends requests and resolves their replies. `Results`: result type of each call. */
export class Caller<Request extends CallRequest, Results extends Record<Request["call"], unknown>, Failure = string> {
  private readonly pending = new Map<number, Pending>();
  private nextNumber = 1;
  private ended: Error | null = null;

  /** errorOf: makes the error of a failed request. onNews: receives the messages of `announce`. */
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
      this.pending.set(number, { resolve, reject });
      this.channel.postMessage({ number, request } satisfies Envelope<Request>, []);
    });
  }

  /** Rejects all pending and later requests with `error`. Only the first call has an effect. */
  end(error: Error): void {
    if (this.ended !== null) return;
    this.ended = error;
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }

  private receive(reply: Exclude<Message<Failure>, { news: unknown }>): void {
    const pending = this.pending.get(reply.number);
    if (pending === undefined) return;
    this.pending.delete(reply.number);
    if ("result" in reply) pending.resolve(reply.result as never);
    else pending.reject(this.errorOf(reply.failure));
  }
}
