package io.cloudstate.proxy.call;

/**
 * A call with any number of requests, replies or both, as its caller holds it; a {@link Listener}
 * hears what comes back. Each side says how many elements it takes, and gets no more: so who is
 * slow slows the other side down, and nothing piles up in between.
 *
 * <p>All methods return at once, never throw, and may be called from any thread, one call at a
 * time; the listener may be called from within. After the end, and after {@link #cancel}, they do
 * nothing.
 */
public interface StreamedCall {

  /** A call that has ended. */
  StreamedCall ENDED =
      new StreamedCall() {
        @Override
        public void request(int replies) {}

        @Override
        public void send(Payload request) {}

        @Override
        public void halfClose() {}

        @Override
        public void cancel() {}
      };

  /** The caller takes so many replies more; at first it takes none. */
  void request(int replies);

  /** A request; only as many as the listener was {@linkplain Listener#onRequested asked for}. */
  void send(Payload request);

  /** A request with metadata of its own, for who can tell the function of them. */
  default void send(Payload request, Metadata metadata) {
    send(request);
  }

  /** No further requests. */
  void halfClose();

  /**
   * The caller gave up or went away. Nothing more is for it, though some may be under way still.
   * Whatever works on the call is told.
   */
  void cancel();

  /**
   * Hears what comes back on a streamed call: one call at a time, in order, on any thread; must not
   * block. Nothing comes after the end, which is {@link #onCompleted} or {@link #onFailed} and
   * comes once, unless the caller cancels.
   *
   * @param <T> what a reply is
   */
  interface Listener<T> {

    /** So many requests more may be {@linkplain StreamedCall#send sent}; at first none may. */
    void onRequested(int requests);

    /** A reply; only as many as were {@linkplain StreamedCall#request requested}. */
    void onNext(T reply);

    /** The end in order. It may come while requests are still sent: nobody takes them any more. */
    void onCompleted();

    /** The end after a failure; all replies before it have been delivered. */
    void onFailed(Failure failure);
  }
}
