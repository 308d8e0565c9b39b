using System.Text;
using Gibbon.Balancing;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Upstreams;
using Gibbon.Snapshots;

namespace Gibbon.Proxy.Forwarding;

/// <summary>Who we are to the service and who it must be, when TLS is spoken with it: what plugins, service, upstream and settings say, in this order.</summary>
internal static class UpstreamIdentity
{
    /// <summary>The TLS parameters of a try; null for a service in clear.</summary>
    public static UpstreamTls? Of(Exchange exchange, in Destination destination)
    {
        ServiceCall call = exchange.Call;
        if (!call.IsTls)
        {
            return null;
        }

        ServiceTls? service = call.Service?.Tls;
        bool verify = call.TlsVerify ?? service?.Verify ?? false;
        return new UpstreamTls(
            ServerName(exchange, in destination),
            verify,
            call.TlsVerifyDepth ?? service?.VerifyDepth ?? exchange.Dependencies.Settings.Tls.VerifyDepth,
            call.TrustStore ?? service?.TrustStore ?? exchange.Snapshot.DefaultTrustStore,
            Certificate(call, service, exchange.Snapshot));
    }

    // The name in SNI is the Host that the service sees, without a port.
    private static string ServerName(Exchange exchange, in Destination destination)
    {
        string host = exchange.Call.Host
            ?? (exchange.Match.Traits.PreserveHost && !exchange.Downstream.Request.Authority.IsEmpty
                ? Encoding.ASCII.GetString(exchange.Downstream.Request.Authority)
                : destination.Peer.Host);
        int colon = host.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || host.IndexOf(':', colon + 1) >= 0 ? host : host[..colon];
    }

    private static ClientCertificate? Certificate(ServiceCall call, ServiceTls? service, Snapshot snapshot)
    {
        if (call.ClientCertificate is { } chosen)
        {
            return new ClientCertificate(chosen.Certificate, chosen.Chain);
        }

        Certificates.LoadedCertificate? loaded = service?.ClientCertificate
            ?? snapshot.ClientCertificateOf(call.Balancer)
            ?? snapshot.DefaultClientCertificate;
        return loaded is null ? null : new ClientCertificate(loaded.Leaf, loaded.Chain);
    }
}
