using System.Collections.Concurrent;

namespace Gibbon.Balancing;

/// <summary>What an upstream's balancer remembers from request to request. Survives changes of the upstream: the next snapshot adopts it.</summary>
internal sealed class BalancerState(BalancerStates all)
{
    private readonly ConcurrentDictionary<AddressKey, AddressState> _addresses = new();
    private readonly ConcurrentDictionary<TargetName, ResolvedTarget> _targets = new();
    private readonly Lock _gate = new();
    private Balancer? _current;

    /// <summary>Where round-robin stands.</summary>
    internal uint Turn;

    /// <summary>Grows whenever an address goes in or out; what was counted over all addresses is counted anew then.</summary>
    internal int HealthVersion;

    /// <summary>When the addresses of each kind are probed next, as timestamps; 0 for not yet planned.</summary>
    internal long NextHealthyProbe;
    internal long NextUnhealthyProbe;

    public TimeProvider Time => all.Time;

    public BalancerStates All => all;

    public Random Random { get; init; } = Random.Shared;

    /// <summary>Since when there is no such upstream, a timestamp; 0 while there is.</summary>
    public long UnusedSince { get; set; }

    /// <summary>What is going on at an address.</summary>
    public AddressState Address(AddressKey key) => _addresses.GetOrAdd(key, static key => new AddressState(key));

    /// <summary>What a target's name was resolved to, and used to be.</summary>
    public ResolvedTarget Target(TargetName name) => _targets.GetOrAdd(name, static (name, time) => new ResolvedTarget(name, time), all.Time);

    /// <summary>From now on requests go by this balancer: what the one before it has to say of addresses does not count any more.</summary>
    public void Begin(Balancer balancer)
    {
        lock (_gate)
        {
            _current = balancer;
            Use(balancer.Pool.Addresses);
        }
    }

    /// <summary>The names of a balancer's targets stand for other addresses now.</summary>
    public void Moved(Balancer balancer)
    {
        lock (_gate)
        {
            if (_current == balancer)
            {
                Use(balancer.Pool.Addresses);
            }
        }
    }

    /// <summary>Forgets addresses that have been out of use for too long.</summary>
    public void Prune(long now)
    {
        foreach ((AddressKey key, AddressState address) in _addresses)
        {
            if (address.UnusedSince != 0 && Time.GetElapsedTime(address.UnusedSince, now) > BalancerStates.Memory)
            {
                _addresses.TryRemove(key, out _);
            }
        }
    }

    // These addresses are in use, and no others.
    private void Use(TargetAddress[] addresses)
    {
        HashSet<AddressState> used = [.. addresses.Select(static address => address.State)];
        long now = Time.GetTimestamp();
        foreach (AddressState address in _addresses.Values)
        {
            address.UnusedSince = used.Contains(address) ? 0 : address.UnusedSince == 0 ? now : address.UnusedSince;
        }

        Interlocked.Increment(ref HealthVersion);
    }
}
