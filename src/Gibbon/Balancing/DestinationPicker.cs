using System.Net;
using Gibbon.Dns;

namespace Gibbon.Balancing;

/// <summary>Turns a host and port into the destination of one try: an address as it is, an upstream by its balancer, a name by the resolver.</summary>
internal sealed class DestinationPicker(Resolver resolver)
{
    /// <summary>Picks for a host; completes synchronously when nothing must be looked up.</summary>
    /// <param name="host">The host to go to when <paramref name="balancer"/> is null.</param>
    /// <param name="balancer">The balancer of the upstream that the host names, or null.</param>
    /// <param name="input">What of the request the balancer goes by.</param>
    /// <param name="isRetry">Whether the request has been somewhere already: what was good enough to begin with is good enough to go on.</param>
    public ValueTask<Pick> PickAsync(EndPoints? host, Balancer? balancer, in PickInput input, bool isRetry = false)
    {
        if (balancer is not null)
        {
            return !isRetry && balancer.MustResolve ? ResolveThenPick(balancer, input) : new ValueTask<Pick>(PickFrom(balancer, in input));
        }

        if (host is null)
        {
            return new ValueTask<Pick>(new Pick(default, PickError.NoPeer));
        }

        if (host.Literal is { } literal)
        {
            return new ValueTask<Pick>(new Pick(new Destination(literal, host, null), default));
        }

        ValueTask<AddressPick> picking = resolver.PickAsync(host.Host, host.Port, outdated: isRetry);
        return picking.IsCompletedSuccessfully
            ? new ValueTask<Pick>(Choose(host, picking.Result))
            : AwaitThenChoose(picking, host);

        static async ValueTask<Pick> AwaitThenChoose(ValueTask<AddressPick> picking, EndPoints host) =>
            Choose(host, await picking.ConfigureAwait(false));
    }

    private static Pick PickFrom(Balancer balancer, in PickInput input) => balancer.Pick(in input) is { } address
        ? new Pick(new Destination(address.EndPoint, address.Peer, address), default)
        : new Pick(default, PickError.NoPeer);

    // The first name that stands for something is enough.
    private async ValueTask<Pick> ResolveThenPick(Balancer balancer, PickInput input)
    {
        await Task.WhenAny(balancer.ResolveAsync(resolver), balancer.Usable).ConfigureAwait(false);
        return PickFrom(balancer, in input);
    }

    private static Pick Choose(EndPoints peer, AddressPick pick) => pick.EndPoint is { } endPoint
        ? new Pick(new Destination(endPoint, peer, null), default)
        : new Pick(default, PickError.Of(pick.Failure!, peer.Host));
}

/// <summary>A destination, or why there is none.</summary>
internal readonly record struct Pick(Destination Destination, PickError Error);
