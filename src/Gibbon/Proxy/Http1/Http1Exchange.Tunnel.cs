using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;

namespace Gibbon.Proxy.Http1;

/// <content>What follows a 101.</content>
internal sealed partial class Http1Exchange
{
    public override async ValueTask<TunnelResult> TunnelAsync(Transport upstream, ReadOnlyMemory<byte> received, TimeSpan idleTimeout)
    {
        _isComplete = true;
        var tunnel = new Tunnel(_connection, upstream, (int)idleTimeout.TotalMilliseconds);
        var result = await FlushAsync().ConfigureAwait(false)
            ? await tunnel.RunAsync(received).ConfigureAwait(false)
            : default;
        await upstream.CloseAsync().ConfigureAwait(false);
        _bytesSent += result.BytesToClient;
        _bodyBytesSent += result.BytesToClient;
        return result;
    }
}
