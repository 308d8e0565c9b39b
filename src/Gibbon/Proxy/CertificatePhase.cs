using Gibbon.Pdk;
using Gibbon.PluginRuntime;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Listeners;
using Gibbon.Snapshots;

namespace Gibbon.Proxy;

/// <summary>
/// The phase before there is a request: global plugins may choose the certificate of a TLS handshake, and ask the client for its own. A plugin
/// that fails ends the handshake, for nobody can tell what it would have asked for.
/// </summary>
internal sealed class CertificatePhase(ProxyDependencies dependencies)
{
    public ValueTask RunAsync(ServerHandshake handshake)
    {
        Snapshot snapshot = dependencies.Snapshots.Current;
        return snapshot.Plugins.Global.Certificate.Length == 0 ? default : RunAsync(handshake, snapshot);
    }

    private async ValueTask RunAsync(ServerHandshake handshake, Snapshot snapshot)
    {
        // Handshakes are rare and costly beside requests: no pool for their contexts.
        Exchange exchange = new(dependencies);
        exchange.Begin(new HandshakeDownstream(handshake), snapshot);
        exchange.CollectUnscoped();
        exchange.Enter(Phase.Certificate);
        await PluginRunner.RunAsync(exchange, Phase.Certificate, exchange.Chain.Certificate).ConfigureAwait(false);
        if (exchange.HasFailed)
        {
            handshake.Certificates = null;
        }

        exchange.End();
    }
}
