using System.Net;
using Gibbon.Dns;
using Gibbon.Pdk;

namespace Gibbon.PluginRuntime.Host;

/// <summary>The gateway's resolver as plugins see it.</summary>
internal sealed class NamesForPlugins(Resolver resolver) : IDns
{
    public async ValueTask<Result<IPEndPoint>> ToIpAsync(string host, int port, CancellationToken cancellation = default)
    {
        ValueTask<AddressPick> picking = resolver.PickAsync(host, port);
        AddressPick pick = picking.IsCompletedSuccessfully ? picking.Result : await picking.AsTask().WaitAsync(cancellation).ConfigureAwait(false);
        return pick.EndPoint ?? Result.Failure<IPEndPoint>(pick.Failure!.Error!);
    }

    public async ValueTask<Result<IReadOnlyList<IPAddress>>> ResolveAsync(string host, CancellationToken cancellation = default)
    {
        Resolution resolution = await resolver.ResolveAsync(host).AsTask().WaitAsync(cancellation).ConfigureAwait(false);
        if (resolution.Services.Length == 0)
        {
            return resolution.Error is null ? resolution.Addresses : Result.Failure<IReadOnlyList<IPAddress>>(resolution.Error);
        }

        List<IPAddress> addresses = [];
        string? error = null;
        foreach (SrvRecord service in resolution.Services)
        {
            Resolution target = service.Address is { } address
                ? Resolution.Of(address)
                : await resolver.ResolveAsync(service.Target).AsTask().WaitAsync(cancellation).ConfigureAwait(false);
            addresses.AddRange(target.Addresses.Except(addresses));
            error ??= target.Error;
        }

        return addresses.Count > 0 ? addresses : Result.Failure<IReadOnlyList<IPAddress>>(error ?? "dns client error: 101 empty record received");
    }

    /// <summary>Why a connection came to nothing, as Kong's sockets say it.</summary>
    internal static string Unresolved(string error) => "[cosocket] DNS resolution failed: " + error;
}
