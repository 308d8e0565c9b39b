using System.Collections.Immutable;
using Gibbon.Certificates;
using Gibbon.Proxy.Http1;
using Gibbon.Proxy.Messages;
using Gibbon.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gibbon.Proxy.Listeners;

/// <summary>What the proxy's listeners are made of.</summary>
internal sealed record ProxyListenerOptions
{
    public required ImmutableArray<ListenAddress> Addresses { get; init; }

    public required TlsSettings Tls { get; init; }

    /// <summary>Gives the certificates of the current snapshot; asked once in each handshake.</summary>
    public required Func<CertificateIndex> Certificates { get; init; }

    /// <summary>Who answers the requests.</summary>
    public required IExchangeHandler Handler { get; init; }

    /// <summary>Limits and timeouts; HTTP/2 keeps to them too.</summary>
    public Http1Settings Http { get; init; } = Http1Settings.Default;

    /// <summary>Streams in flight on one HTTP/2 connection.</summary>
    public int Http2MaxConcurrentStreams { get; init; } = 128;

    /// <summary>The <c>certificate</c> phase: may change the handshake before it is answered. Null when no plugin has one.</summary>
    public Func<ServerHandshake, ValueTask>? OnHandshake { get; init; }

    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;
}
