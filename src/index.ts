export type { Camera, CameraClass, CameraFunction, CameraSettings } from './camera/camera.ts';
export type { CameraWork, PolaroidOptions } from './camera/polaroid.ts';
export { Polaroid } from './camera/polaroid.ts';
export { Signal } from './camera/signal.ts';
export type { Arguments } from './control/arguments.ts';
export type { AddConsumerOptions, RevokeOptions, TimeLimits } from './control/control.ts';
export { Control } from './control/control.ts';
export type { ValuesByHostname } from './control/inspect.ts';
export { Inspect } from './control/inspect.ts';
export type { MailboxOptions, RequestOptions, RequestResult } from './control/mailbox.ts';
export { Mailbox } from './control/mailbox.ts';
export type { Reply } from './control/reply.ts';
export {
  BrokerRefusedError,
  BrokerUnreachableError,
  NoReplyError,
  StalkError,
  UsageError,
} from './errors.ts';
export type { CaptureOptions, EventHandler, ReceiverOptions, Undecodable } from './events/receiver.ts';
export { Receiver } from './events/receiver.ts';
export type { BrokerAddress } from './protocol/broker-url.ts';
export type { Event } from './protocol/event.ts';
export type { UndecodableSample } from './protocol/event-message.ts';
export { State } from './state/state.ts';
export type { EventOutcome, ListOptions, StateListeners, StateOptions } from './state/state-options.ts';
export { Task } from './state/task.ts';
export { TaskWalk } from './state/task-walk.ts';
export { Worker } from './state/worker.ts';
export type { ConnectOptions } from './transport/connect.ts';
export { connect } from './transport/connect.ts';
export type { ConnectionStatus } from './transport/connection-status.ts';
export type { Transport, TransportOptions } from './transport/transport.ts';
