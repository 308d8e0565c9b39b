using System.Globalization;
using Gibbon.Balancing.Algorithms;
using Gibbon.Balancing.Health;
using Gibbon.Balancing.Recording;
using Gibbon.Dns;
using Gibbon.Pdk.Entities;

namespace Gibbon.Balancing;

/// <summary>
/// An upstream entity and its targets, compiled. What it says is immutable; what its targets' names stand for follows the DNS, in
/// <see cref="Pool"/>; what happens at run time is in <see cref="BalancerState"/>.
/// </summary>
internal sealed class Balancer
{
    private readonly Lock _gate = new();
    private readonly BalancedTarget[] _targets;
    private AddressPool _pool;
    private readonly TaskCompletionSource _usable = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Balancer(Upstream upstream, IReadOnlyCollection<Target> targets, BalancerState state)
    {
        Upstream = upstream;
        Targets = targets;
        State = state;
        Health = new HealthPolicy(upstream.Healthchecks);
        Reports = new HealthReports(this);

        // Kong's order: it decides over who wins a contested point of the ring.
        _targets = [.. targets.Select(static target => new BalancedTarget(target)).OrderBy(static target => target.Name.Host, StringComparer.Ordinal)
            .ThenBy(static target => target.Name.Port)];
        HasNames = _targets.Any(static target => target.Literal is null);
        _pool = BuildPool();
    }

    public Upstream Upstream { get; }

    public IReadOnlyCollection<Target> Targets { get; }

    public BalancerState State { get; }

    public HealthPolicy Health { get; }

    /// <summary>Where it is told what requests and probes have met.</summary>
    public HealthReports Reports { get; }

    /// <summary>Whether a target is a name that must be resolved.</summary>
    public bool HasNames { get; }

    /// <summary>The targets with what they stand for, in Kong's order.</summary>
    public IReadOnlyList<BalancedTarget> Resolved => _targets;

    public AddressPool Pool => Volatile.Read(ref _pool);

    /// <summary>Whether it has not been put in use yet; see <see cref="Begin"/>.</summary>
    public bool IsNew { get; private set; } = true;

    /// <summary>Whether there is nobody to pick only because names have not been resolved yet.</summary>
    public bool MustResolve => HasNames && Pool.TotalWeight == 0 && _targets.Any(target => RecordsOf(target) is null);

    /// <summary>Completes when a name has been resolved and there is somebody to pick.</summary>
    public Task Usable => _usable.Task;

    /// <summary>The address that the next try goes to; null when there is none.</summary>
    public TargetAddress? Pick(in PickInput input) => Pool.Pick(in input);

    /// <summary>A target by its id or its <c>host:port</c>; null when there is none.</summary>
    public BalancedTarget? Find(string idOrAddress) =>
        Array.Find(_targets, target => target.Target.Address == idOrAddress || target.Target.Id.ToString() == idOrAddress);

    /// <summary>It is in use from now on: the memory of addresses that it does not have begins to fade.</summary>
    public void Begin()
    {
        IsNew = false;
        State.Use(Pool.Addresses);
    }

    /// <summary>What a target stands for at this moment; null while its name has not been resolved.</summary>
    public TargetRecords? RecordsOf(BalancedTarget target) => target.Literal ?? State.Target(target.Name).Records;

    /// <summary>A request was given to the address; <see cref="Release"/> must follow.</summary>
    public void Take(TargetAddress address)
    {
        if (Upstream.Algorithm == BalancingAlgorithm.LeastConnections)
        {
            Interlocked.Increment(ref address.State.Connections);
        }
    }

    /// <summary>The request is over there.</summary>
    public void Release(TargetAddress address)
    {
        if (Upstream.Algorithm == BalancingAlgorithm.LeastConnections)
        {
            Interlocked.Decrement(ref address.State.Connections);
        }
    }

    /// <summary>The address answered in this time, in seconds.</summary>
    public void Answered(TargetAddress address, double seconds)
    {
        if (Upstream.Algorithm == BalancingAlgorithm.Latency)
        {
            address.State.AnswerTime.Add(seconds, State.Time.GetTimestamp(), State.Time.TimestampFrequency);
        }
    }

    /// <summary>
    /// Asks the resolver for all names and takes over what has changed. What the resolver remembers costs nothing to ask for, so that this may
    /// be called often; one look-up of a name is under way at most, and none waits for another.
    /// </summary>
    public Task ResolveAsync(Resolver resolver)
    {
        if (!HasNames)
        {
            return Task.CompletedTask;
        }

        List<Task>? later = null;
        bool changed = false;
        lock (_gate)
        {
            foreach (BalancedTarget target in _targets)
            {
                if (target.Literal is not null)
                {
                    continue;
                }

                ResolvedTarget known = State.Target(target.Name);
                if (known.LookUp is not { IsCompleted: false })
                {
                    if (resolver.TryGetRemembered(target.Name.Host, out Resolution answer) && answer.Services.Length == 0)
                    {
                        changed |= Learn(target, answer, TargetRecords.Of(answer, target.Name.Port, target.Weight));
                        continue;
                    }

                    known.LookUp = LearnLaterAsync(resolver, target);
                }

                (later ??= []).Add(known.LookUp);
            }
        }

        if (changed)
        {
            Rebuild();
        }

        return later is null ? Task.CompletedTask : Task.WhenAll(later);
    }

    private async Task LearnLaterAsync(Resolver resolver, BalancedTarget target)
    {
        Resolution answer = await resolver.ResolveAsync(target.Name.Host).ConfigureAwait(false);
        TargetRecords records = answer.Services.Length == 0
            ? TargetRecords.Of(answer, target.Name.Port, target.Weight)
            : await TargetRecords.OfServicesAsync(answer, target.Name.Port, resolver).ConfigureAwait(false);
        if (Learn(target, answer, records))
        {
            Rebuild();
        }
    }

    // Whether it says something new. The recorder hears of every answer, news or not.
    private bool Learn(BalancedTarget target, Resolution answer, TargetRecords records)
    {
        ResolvedTarget known = State.Target(target.Name);
        if (!ReferenceEquals(known.Answer, answer))
        {
            known.Answer = answer;
            known.Answers.Add(new ResolutionRecord(
                State.Time.GetUtcNow(),
                records.Source,
                [.. records.Items.Select(static item => $"{TargetName.TextOf(item.Address)}:{item.Port}")],
                answer.Error is null && answer.TimeToLive != TimeSpan.MaxValue ? answer.TimeToLive : null));
        }

        if (records.Matches(known.Records))
        {
            return false;
        }

        known.Records = records;
        return true;
    }

    private void Rebuild()
    {
        lock (_gate)
        {
            Volatile.Write(ref _pool, BuildPool());
        }

        State.Use(Pool.Addresses);
        if (Pool.TotalWeight > 0)
        {
            _usable.TrySetResult();
        }
    }

    private AddressPool BuildPool()
    {
        TargetAddress[] addresses = [.. _targets.SelectMany(AddressesOf)];
        return new AddressPool(
            addresses, PickingAlgorithm.Create(Upstream, addresses, _targets.Length, State), Health.Threshold, Upstream.Name, State);
    }

    private IEnumerable<TargetAddress> AddressesOf(BalancedTarget target)
    {
        TargetRecord[] records = RecordsOf(target)?.Items ?? [];
        return records
            .Select(record => (Record: record, Ip: target.Literal is null ? TargetName.TextOf(record.Address) : target.Name.Host))
            .OrderBy(static item => item.Ip + ":" + item.Record.Port, StringComparer.Ordinal)
            .Select(item =>
            {
                AddressState state = State.Address(new AddressKey(target.Name.Host, item.Ip, item.Record.Port));
                return new TargetAddress(target.Target, item.Record with { Weight = target.Weight == 0 ? 0 : item.Record.Weight }, state,
                    PeerOf(target, item.Record), Health.IsOn && target.Weight > 0)
                {
                    StickyId = Upstream.Algorithm == BalancingAlgorithm.StickySessions ? StickySessions.IdOf(Upstream.Id, state.Key) : 0,
                };
            });
    }

    // What Host and SNI say: the upstream's host_header, which may bring a port of its own, else the target's name.
    private EndPoints PeerOf(BalancedTarget target, TargetRecord record)
    {
        if (Upstream.HostHeader is not { } header)
        {
            return new EndPoints(Upstream.UseSrvName == true && record.Name is { } name ? name : target.Name.Host, record.Port);
        }

        int colon = header.LastIndexOf(':');
        return colon > 0 && !header.EndsWith(']') && int.TryParse(header.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            ? new EndPoints(header[..colon], port)
            : new EndPoints(header, record.Port);
    }
}

/// <summary>A target, taken apart.</summary>
internal sealed class BalancedTarget(Target target)
{
    public Target Target { get; } = target;

    public TargetName Name { get; } = TargetName.Parse(target.Address);

    public int Weight { get; } = target.Weight ?? 100;

    /// <summary>What it stands for when it is an address itself; null for a name.</summary>
    public TargetRecords? Literal { get; } = TargetName.Parse(target.Address) is { Literal: { } address } name
        ? TargetRecords.OfLiteral(address, name.Port, target.Weight ?? 100)
        : null;
}
