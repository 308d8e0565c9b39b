using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;
using Gibbon.Proxy.Upstreams;

namespace Gibbon.Tests.Proxy;

/// <summary>The smallest possible gateway: every request goes to one origin, with no router, plugin or log between.</summary>
internal sealed class ForwardingHandler(UpstreamOrigin origin, UpstreamTimeouts timeouts = default) : IExchangeHandler
{
    private readonly Stack<Forwarding> _idle = new();

    private int _completed;

    public ConcurrentQueue<ProxyError> Errors { get; } = new();

    /// <summary>How many requests are over, with everything given back that they had.</summary>
    public int Completed => Volatile.Read(ref _completed);

    [AsyncMethodBuilder(typeof(PooledAsyncBuilder))]
    public async ValueTask HandleAsync(Downstream exchange)
    {
        Forwarding? forwarding;
        lock (_idle)
        {
            if (!_idle.TryPop(out forwarding)) forwarding = new Forwarding(origin.Settings);
        }

        exchange.DisconnectObserver = forwarding;
        var call = forwarding.Call;
        Prepare(exchange.Request, call.Request);
        var error = await call.SendAsync(origin, exchange.RequestBody, timeouts == default ? new UpstreamTimeouts() : timeouts);
        if (error.IsNone && call.Response.Status == 101)
        {
            exchange.WriteHead(call.Response);
            var upstream = call.TakeTransport(out var received);
            await exchange.TunnelAsync(upstream, received, TimeSpan.FromSeconds(5));
        }
        else if (error.IsNone)
        {
            exchange.WriteHead(call.Response);
            error = await BodyPump.MoveAsync(call.ResponseBody, exchange);
        }
        else
        {
            forwarding.Failure.Reset();
            forwarding.Failure.SetStatus(error.Status);
            exchange.WriteHead(forwarding.Failure);
            await exchange.CompleteAsync();
        }

        if (!error.IsNone) Errors.Enqueue(error);
        exchange.DisconnectObserver = null;
        call.Reset();
        lock (_idle) _idle.Push(forwarding);
        Interlocked.Increment(ref _completed);
    }

    private static void Prepare(RequestHead request, OutgoingRequest outgoing)
    {
        outgoing.SetLine(request.MethodBytes, request.Target);
        outgoing.Leading.Add(KnownHeader.Host, request.Authority);
        outgoing.Leading.Add(KnownHeader.Connection, request.HasUpgrade ? "keep-alive, Upgrade"u8 : "keep-alive"u8);
        outgoing.Headers = request.Headers;
        outgoing.Framing = request.Framing;
        outgoing.ContentLength = request.ContentLength;
    }

    private sealed class Forwarding(UpstreamPoolSettings settings) : IDisconnectObserver
    {
        public UpstreamCall Call { get; } = new(settings);

        public ResponseHead Failure { get; } = new();

        public void ClientDisconnected() => Call.Abort();
    }
}
