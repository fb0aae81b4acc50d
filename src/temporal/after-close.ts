import { InterceptingCall, type Interceptor, Metadata, status } from '@grpc/grpc-js';

type Call = ReturnType<Parameters<Interceptor>[1]>;

/**
 * Behind the client's retries: a call that is tried again after its connection was closed fails as cancelled.
 * The closed channel throws instead, from a timer of the retries, where nobody could catch it.
 */
export const failAfterClose: Interceptor = (options, nextCall) => {
  try {
    return new InterceptingCall(nextCall(options));
  } catch (error) {
    return new InterceptingCall(cancelled(error instanceof Error ? error.message : String(error)));
  }
};

function cancelled(details: string): Call {
  const ignore = () => undefined;
  return {
    start: (_metadata, listener) => {
      listener?.onReceiveMessage?.(null);
      listener?.onReceiveStatus?.({ code: status.CANCELLED, details, metadata: new Metadata() });
    },
    sendMessageWithContext: ignore,
    sendMessage: ignore,
    startRead: ignore,
    halfClose: ignore,
    cancelWithStatus: ignore,
    getPeer: () => 'closed',
    getAuthContext: () => null,
  };
}
