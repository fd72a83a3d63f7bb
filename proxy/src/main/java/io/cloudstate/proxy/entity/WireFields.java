package io.cloudstate.proxy.entity;

/**
 * The fields of messages between nodes, in the encoding of protobuf: whoever does not know a number
 * skips it. A number is never used again for something else. Payloads stand in no message of their
 * own, so that their bytes are copied once.
 *
 * <pre>
 *   command:  NUMBER SENDER NANOS_LEFT? SERVICE METHOD TYPE_URL VALUE METADATA* OUT_TOPIC?
 *            (TRACEPARENT TRACESTATE?)?
 *   answer:   NUMBER NODE? ACTION                      what the caller gets
 *             TYPE_URL VALUE METADATA* IN_OUTBOX?      of a reply
 *             SERVICE METHOD TYPE_URL VALUE METADATA*  of a forward
 *             FAILURE TEXT GRPC_CODE?                  of a failure
 *             EFFECT*                                  each of the fields of a forward, SYNCHRONOUS?
 *   metadata: KEY, and TEXT or VALUE
 * </pre>
 */
final class WireFields {

  static final int NUMBER = 1;
  static final int SENDER = 2;
  static final int NANOS_LEFT = 3;
  static final int SERVICE = 4;
  static final int METHOD = 5;
  static final int TYPE_URL = 6;
  static final int VALUE = 7;
  static final int METADATA = 8;
  static final int ACTION = 9;
  static final int FAILURE = 10;
  static final int TEXT = 11;
  static final int GRPC_CODE = 12;
  static final int EFFECT = 13;
  static final int SYNCHRONOUS = 14;
  static final int KEY = 15;
  static final int OUT_TOPIC = 16;
  static final int IN_OUTBOX = 17;
  static final int TRACEPARENT = 18;
  static final int TRACESTATE = 19;
  static final int NODE = 20;

  // values of ACTION
  static final int NONE = 0;
  static final int REPLY = 1;
  static final int FORWARD = 2;
  static final int FAIL = 3;

  private WireFields() {}
}
