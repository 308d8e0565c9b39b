using System.Net;
using Gibbon.Dns;

namespace Gibbon.Balancing;

/// <summary>Turns a host and port into the destination of one try: an address as it is, an upstream by its balancer, a name by the resolver.</summary>
internal sealed class DestinationPicker(Resolver resolver)
{
    /// <summary>Picks for a host; completes synchronously when nothing must be looked up.</summary>
    /// <param name="host">The host to go to when <paramref name="balancer"/> is null.</param>
    /// <param name="balancer">The balancer of the upstream that the host names, or null.</param>
    public ValueTask<Pick> PickAsync(EndPoints? host, Balancer? balancer)
    {
        EndPoints? peer = balancer is null ? host : balancer.Pick();
        if (peer is null)
        {
            return new ValueTask<Pick>(new Pick(default, PickError.NoPeer));
        }

        string? hostHeader = balancer?.Upstream.HostHeader;
        if (peer.Literal is { } literal)
        {
            return new ValueTask<Pick>(new Pick(new Destination(literal, peer, hostHeader), default));
        }

        ValueTask<AddressPick> picking = resolver.PickAsync(peer.Host, peer.Port);
        return picking.IsCompletedSuccessfully
            ? new ValueTask<Pick>(Choose(peer, picking.Result, hostHeader))
            : AwaitThenChoose(picking, peer, hostHeader);

        static async ValueTask<Pick> AwaitThenChoose(ValueTask<AddressPick> picking, EndPoints peer, string? hostHeader) =>
            Choose(peer, await picking.ConfigureAwait(false), hostHeader);
    }

    private static Pick Choose(EndPoints peer, AddressPick pick, string? hostHeader) => pick.EndPoint is { } endPoint
        ? new Pick(new Destination(endPoint, peer, hostHeader), default)
        : new Pick(default, PickError.Of(pick.Failure!, peer.Host));
}

/// <summary>A destination, or why there is none.</summary>
internal readonly record struct Pick(Destination Destination, PickError Error);
