using System.Net;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Streams;

namespace Gibbon.Proxy.Exchanges;

/// <summary><see cref="Client"/> over an exchange.</summary>
internal sealed class ExchangeClient(Exchange exchange) : Client(exchange)
{
    private readonly ExchangeClientTls _tls = new(exchange);
    private IPAddress? _lastAddress;
    private string _lastText = "";

    public override ClientTls Tls => _tls;

    /// <summary>The outcome of a client certificate's verification, as a plugin or the handshake says it.</summary>
    public string Verification => _tls.Verification;

    public Guid? ConsumerId => ConsumerCore?.Id;

    /// <summary>The groups of the consumer; none without one.</summary>
    public ValueTask<IReadOnlyList<Guid>> ConsumerGroupsAsync() =>
        ConsumerCore is { } consumer ? exchange.Snapshot.Consumers.GroupsOfAsync(consumer.Id) : new ValueTask<IReadOnlyList<Guid>>([]);

    /// <summary>The consumer whatever the phase, for the log.</summary>
    public Consumer? CurrentConsumer => ConsumerCore;

    protected override IPAddress IpCore => exchange.PeerAddress;

    protected override IPAddress ForwardedIpCore => exchange.ClientAddress;

    // A connection sends many requests from one address: its text is made once.
    protected override string ForwardedIpTextCore
    {
        get
        {
            if (!exchange.ClientAddress.Equals(_lastAddress))
            {
                _lastAddress = exchange.ClientAddress;
                _lastText = _lastAddress.ToString();
            }

            return _lastText;
        }
    }

    protected override int PortCore => exchange.PeerPort;

    protected override int ForwardedPortCore => exchange.ClientPort;

    protected override ClientConnection ConnectionCore => new(
        (exchange.Downstream.LocalEndPoint as IPEndPoint)?.Address ?? IPAddress.Any,
        exchange.Downstream.ConnectionId,
        exchange.Downstream.ConnectionRequests);

    public void Clear()
    {
        Reset();
        _tls.Clear();
    }

    protected override ValueTask<Result<Consumer?>> LoadConsumerCore(string idOrUsername, bool searchByUsername) =>
        exchange.Snapshot.Consumers.FindAsync(idOrUsername, searchByUsername);

    protected override ValueTask<Result<Consumer?>> LoadConsumerCore(Guid id) => exchange.Snapshot.Consumers.FindAsync(id);

    protected override Result<string> GetProtocolCore(bool allowTerminated)
    {
        if (exchange.Route is not { } route)
        {
            return Result.Failure<string>("No route entity");
        }

        if (route.Protocols.Count == 1)
        {
            return ProtocolNames.Of(route.Protocols[0]);
        }

        if (exchange.Downstream is StreamSession session)
        {
            return session.TransportName == "UDP" ? "udp" : session.Tls is null ? "tcp" : session.IsTerminated ? "tls" : "tls_passthrough";
        }

        bool isGrpc = route.Protocols.Contains(Protocol.Grpc) || route.Protocols.Contains(Protocol.Grpcs);
        bool isTls = exchange.IsTls
            || (allowTerminated && exchange.IsPeerTrusted
                && exchange.Downstream.Request.Headers.TryGet(KnownHeader.XForwardedProto, out ReadOnlySpan<byte> given)
                && given.SequenceEqual("https"u8));
        return (isGrpc, isTls) switch
        {
            (true, true) => "grpcs",
            (true, false) => "grpc",
            (false, true) => "https",
            _ => "http",
        };
    }
}
