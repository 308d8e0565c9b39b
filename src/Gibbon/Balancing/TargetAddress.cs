using System.Net;
using Gibbon.Pdk.Entities;

namespace Gibbon.Balancing;

/// <summary>One address of a target, as a balancer sees it: immutable, with its <see cref="AddressState"/>.</summary>
internal sealed class TargetAddress
{
    private readonly bool _isWatched;

    /// <param name="target">The target it belongs to.</param>
    /// <param name="record">The address.</param>
    /// <param name="weight">Its weight.</param>
    /// <param name="state">What is going on there.</param>
    /// <param name="peer">What it goes by in Host and SNI.</param>
    /// <param name="isWatched">Whether its health decides over it: health checks are on, and it has a weight.</param>
    public TargetAddress(Target target, TargetRecord record, int weight, AddressState state, EndPoints peer, bool isWatched)
    {
        Target = target;
        State = state;
        Peer = peer;
        Weight = weight;
        EndPoint = new IPEndPoint(record.Address, record.Port);
        _isWatched = isWatched;
    }

    public Target Target { get; }

    public AddressState State { get; }

    public EndPoints Peer { get; }

    public IPEndPoint EndPoint { get; }

    public int Weight { get; }

    /// <summary>What the cookie of a sticky session calls it; 0 unless the upstream has such sessions.</summary>
    public ulong StickyId { get; init; }

    /// <summary>Whether requests may go there.</summary>
    public bool IsAvailable => !_isWatched || State.Health.IsAvailable;

    /// <summary>Whether its health is counted at all.</summary>
    public bool IsWatched => _isWatched;
}
