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
internal sealed class CertificatePhase(ProxyDependencies dependencies, Subsystem subsystem = Subsystem.Http)
{
    public ValueTask RunAsync(ServerHandshake handshake)
    {
        Snapshot snapshot = dependencies.Snapshots.Current;
        PluginChain global = (subsystem == Subsystem.Stream ? snapshot.StreamPlugins : snapshot.Plugins).Global;
        return global.Certificate.Length == 0 ? default : RunAsync(handshake, snapshot, global);
    }

    private async ValueTask RunAsync(ServerHandshake handshake, Snapshot snapshot, PluginChain global)
    {
        // Handshakes are rare and costly beside requests: no pool for their contexts.
        Exchange exchange = new(dependencies);
        exchange.Begin(new HandshakeDownstream(handshake), snapshot);
        exchange.Follow(global);
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
