using System.Net;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Certificates;

namespace Gibbon.Proxy.Listeners;

/// <summary>A handshake that is about to be answered: what the <c>certificate</c> phase sees and may change.</summary>
internal sealed class ServerHandshake
{
    /// <summary>The name the client asked for, as it was sent; null for none.</summary>
    public required string? ServerName { get; init; }

    public required EndPoint? RemoteEndPoint { get; init; }

    public required EndPoint? LocalEndPoint { get; init; }

    /// <summary>What is going to be shown; null makes the handshake fail.</summary>
    public required CertificateSet? Certificates { get; set; }

    /// <summary>Asks the client for a certificate, which it may refuse to give; whoever asked judges what comes.</summary>
    public bool RequestClientCertificate { get; set; }

    /// <summary>The authorities whose names the client is told when it is asked for a certificate; null for none.</summary>
    public X509Certificate2Collection? ClientAuthorities { get; set; }

    /// <summary>Makes the client prove itself on every connection.</summary>
    public bool DisableSessionReuse { get; set; }
}
