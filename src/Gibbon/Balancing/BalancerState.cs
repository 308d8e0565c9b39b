using System.Collections.Concurrent;
using Gibbon.Balancing.Recording;
using Gibbon.Dns;

namespace Gibbon.Balancing;

/// <summary>What an upstream's balancer remembers from request to request. Survives changes of the upstream: the next snapshot adopts it.</summary>
internal sealed class BalancerState(BalancerStates all)
{
    private readonly ConcurrentDictionary<AddressKey, AddressState> _addresses = new();
    private readonly ConcurrentDictionary<TargetName, ResolvedTarget> _targets = new();

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
    public ResolvedTarget Target(TargetName name) => _targets.GetOrAdd(name, static _ => new ResolvedTarget());

    /// <summary>From now on these addresses are in use, and no others.</summary>
    public void Use(TargetAddress[] addresses)
    {
        HashSet<AddressState> used = [.. addresses.Select(static address => address.State)];
        long now = Time.GetTimestamp();
        foreach (AddressState address in _addresses.Values)
        {
            address.UnusedSince = used.Contains(address) ? 0 : address.UnusedSince == 0 ? now : address.UnusedSince;
        }

        Interlocked.Increment(ref HealthVersion);
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
}

/// <summary>The last answer for a target's name, and the ones before it.</summary>
internal sealed class ResolvedTarget
{
    private const int MostAnswers = 16;

    private TargetRecords? _records;

    /// <summary>Null until there has been an answer.</summary>
    public TargetRecords? Records
    {
        get => Volatile.Read(ref _records);
        set => Volatile.Write(ref _records, value);
    }

    /// <summary>The answer that <see cref="Records"/> are made of.</summary>
    public Resolution? Answer { get; set; }

    /// <summary>The look-up that is under way, or the last one.</summary>
    public Task? LookUp { get; set; }

    public Recent<ResolutionRecord> Answers { get; } = new(MostAnswers);
}
