using System.Globalization;
using Gibbon.Pdk.Entities;

namespace Gibbon.Balancing;

/// <summary>An upstream entity and its targets, compiled. Immutable; what happens at run time is in <see cref="BalancerState"/>.</summary>
internal sealed class Balancer
{
    private readonly EndPoints[] _peers;
    private readonly RoundRobinWheel _wheel;
    private readonly BalancerState _state;

    public Balancer(Upstream upstream, IReadOnlyCollection<Target> targets, BalancerState state)
    {
        Upstream = upstream;
        Targets = targets;
        _state = state;
        _peers = [.. targets.Select(static target => Parse(target.Address))];
        _wheel = new RoundRobinWheel([.. targets.Select(static target => target.Weight ?? 100)], Random.Shared);
    }

    public Upstream Upstream { get; }

    public IReadOnlyCollection<Target> Targets { get; }

    public BalancerState State => _state;

    /// <summary>The peer that the next try goes to; null when no target has a weight.</summary>
    public EndPoints? Pick() => _wheel.Length == 0 ? null : _peers[_wheel.Next(ref _state.Turn)];

    // A target is stored as host:port, an IPv6 address in brackets.
    private static EndPoints Parse(string address)
    {
        int colon = address.LastIndexOf(':');
        return new EndPoints(address[..colon], int.Parse(address.AsSpan(colon + 1), CultureInfo.InvariantCulture));
    }
}
