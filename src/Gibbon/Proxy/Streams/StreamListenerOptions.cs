using System.Collections.Immutable;
using Gibbon.Certificates;
using Gibbon.Proxy.Listeners;
using Gibbon.Settings;
using Microsoft.Extensions.Logging;

namespace Gibbon.Proxy.Streams;

/// <summary>What the listeners of streams are made of.</summary>
internal sealed record StreamListenerOptions
{
    public required ImmutableArray<ListenAddress> Addresses { get; init; }

    public required ServerTlsOptions Tls { get; init; }

    /// <summary>Gives the certificates of the current snapshot; asked once in each handshake.</summary>
    public required Func<CertificateIndex> Certificates { get; init; }

    /// <summary>Who serves the sessions.</summary>
    public required Func<StreamSession, ValueTask> Serve { get; init; }

    /// <summary>The <c>certificate</c> phase: may change the handshake before it is answered.</summary>
    public required Func<ServerHandshake, ValueTask> OnHandshake { get; init; }

    /// <summary>How long a client has for its PROXY header and its TLS handshake.</summary>
    public required TimeSpan PrereadTimeout { get; init; }

    /// <summary>Whether each direction ends by itself.</summary>
    public required bool HalfClose { get; init; }

    public required ILogger Log { get; init; }
}
