using System.Net;
using Gibbon.Dns;
using Gibbon.Pdk;

namespace Gibbon.PluginRuntime.Host;

/// <summary>The gateway's resolver as plugins see it.</summary>
internal sealed class NamesForPlugins(Resolver resolver) : IDns
{
    private uint _turn;

    public async ValueTask<Result<IPEndPoint>> ToIpAsync(string host, int port, CancellationToken cancellation = default)
    {
        Resolution resolution = await resolver.ResolveAsync(host).AsTask().WaitAsync(cancellation).ConfigureAwait(false);
        return resolution.Error is null
            ? new IPEndPoint(resolution.Addresses[(int)(Interlocked.Increment(ref _turn) % (uint)resolution.Addresses.Length)], port)
            : Result.Failure<IPEndPoint>(resolution.Error);
    }

    public async ValueTask<Result<IReadOnlyList<IPAddress>>> ResolveAsync(string host, CancellationToken cancellation = default)
    {
        Resolution resolution = await resolver.ResolveAsync(host).AsTask().WaitAsync(cancellation).ConfigureAwait(false);
        return resolution.Error is null ? resolution.Addresses : Result.Failure<IReadOnlyList<IPAddress>>(resolution.Error);
    }
}
