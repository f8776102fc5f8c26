import NIOCore
import NIOHTTPTypes

/// Gives each step of a connection its time: the headers of a request, all of it, and the taking of its answer.
///
/// The times are for a step as a whole, however steadily it trickles. Working on a request has no time of its own.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let connections: Connections
    private let times: ConnectionTimes
    /// When the connection is closed unless more of a request comes.
    private var arrival: Scheduled<Void>?
    /// When it is closed unless the answer is taken.
    private var taking: Scheduled<Void>?
    /// Requests that have come, in part at least, and whose answers have not been sent.
    private var unanswered = 0
    private var isArriving = false

    init(_ connections: Connections, _ times: ConnectionTimes) { (self.connections, self.times) = (connections, times) }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context.channel) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context.channel)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(context.channel)
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { connections.senderLeft(context.channel) }
        context.fireUserInboundEventTriggered(event)
    }

    func handlerRemoved(context: ChannelHandlerContext) { end(context.channel) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            (unanswered, isArriving) = (unanswered + 1, true)
            connections.beginRequest(of: context.channel)
            close(context.channel, after: times.step, unless: &arrival)
        case .body: break
        case .end:
            isArriving = false
            arrival?.cancel()
            connections.endRequest(of: context.channel, isAnswered: unanswered == 0)
            if unanswered == 0 { close(context.channel, after: times.step, unless: &arrival) }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head:
            connections.beginAnswer(of: context.channel)
            close(context.channel, after: times.step, unless: &taking)
            context.write(data, promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            let sent = promise ?? context.eventLoop.makePromise()
            let (this, channel) = (NIOLoopBound(self, eventLoop: context.eventLoop), context.channel)
            sent.futureResult.whenSuccess { this.value.answered(channel) }
            context.write(data, promise: sent)
        }
    }

    private func begin(_ channel: any Channel) {
        connections.add(channel)
        close(channel, after: times.firstHeaders, unless: &arrival)
    }

    private func answered(_ channel: any Channel) {
        unanswered -= 1
        guard unanswered == 0 else { return }
        taking?.cancel()
        // A request that was answered before all of it was there has the time that it had.
        if !isArriving { close(channel, after: times.step, unless: &arrival) }
    }

    private func end(_ channel: any Channel) {
        arrival?.cancel()
        taking?.cancel()
        connections.remove(channel)
    }

    /// Closes the connection unless its next step comes in time.
    private func close(_ channel: any Channel, after time: Duration, unless step: inout Scheduled<Void>?) {
        step?.cancel()
        step = channel.eventLoop.scheduleTask(in: TimeAmount(time)) { channel.close(promise: nil) }
    }
}
