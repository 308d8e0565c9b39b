using System.Globalization;
using Gibbon.Balancing.Algorithms;
using Gibbon.Balancing.Health;
using Gibbon.Balancing.Probes;
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
    private readonly TaskCompletionSource _usable = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TargetRecords?[] _pooled;
    private AddressPool _pool;

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
        _pooled = Array.ConvertAll(_targets, RecordsOf);
        _pool = BuildPool(_pooled);
    }

    public Upstream Upstream { get; }

    public IReadOnlyCollection<Target> Targets { get; }

    public BalancerState State { get; }

    public HealthPolicy Health { get; }

    /// <summary>The probes that are due.</summary>
    public ProbeQueue Probes { get; } = new();

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
    public bool MustResolve => HasNames && Pool.TotalWeight == 0 && Array.Exists(Volatile.Read(ref _pooled), static records => records is null);

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
        State.Begin(this);
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
    /// Asks the resolver for all names and takes over what has changed, each name as soon as it is known. What the resolver remembers costs
    /// nothing to ask for, so that this may be called often.
    /// </summary>
    public Task ResolveAsync(Resolver resolver)
    {
        List<Task>? later = null;
        foreach (BalancedTarget target in _targets.Where(static target => target.Literal is null))
        {
            Task resolving = State.Target(target.Name).ResolveAsync(resolver);
            if (!resolving.IsCompletedSuccessfully)
            {
                (later ??= []).Add(FollowAsync(resolving));
            }
        }

        TakeOver();
        return later is null ? Task.CompletedTask : Task.WhenAll(later);
    }

    private async Task FollowAsync(Task resolving)
    {
        await resolving.ConfigureAwait(false);
        TakeOver();
    }

    // The names are shared with the balancers before and after this one, so what counts as new is what this pool was not made of.
    private void TakeOver()
    {
        lock (_gate)
        {
            TargetRecords?[] records = Array.ConvertAll(_targets, RecordsOf);
            if (records.AsSpan().SequenceEqual(_pooled, ReferenceEqualityComparer.Instance))
            {
                return;
            }

            // The pool first: whoever sees that names are known now must find what they stand for.
            Volatile.Write(ref _pool, BuildPool(records));
            Volatile.Write(ref _pooled, records);
        }

        State.Moved(this);
        if (Pool.TotalWeight > 0)
        {
            _usable.TrySetResult();
        }
    }

    private AddressPool BuildPool(TargetRecords?[] records)
    {
        TargetAddress[] addresses = [.. _targets.Zip(records, AddressesOf).SelectMany(static addresses => addresses)];
        return new AddressPool(
            addresses, PickingAlgorithm.Create(Upstream, addresses, _targets.Length, State), Health.Threshold, Upstream.Name, State);
    }

    private IEnumerable<TargetAddress> AddressesOf(BalancedTarget target, TargetRecords? records) =>
        (records?.Items ?? [])
            .Select(record => (Record: record, Ip: target.Literal is null ? TargetName.TextOf(record.Address) : target.Name.Host))
            .OrderBy(static item => item.Ip + ":" + item.Record.Port, StringComparer.Ordinal)
            .Select(item =>
            {
                AddressState state = State.Address(new AddressKey(target.Name.Host, item.Ip, item.Record.Port));
                int weight = target.Weight == 0 ? 0 : item.Record.Weight ?? target.Weight;
                return new TargetAddress(target.Target, item.Record, weight, state, PeerOf(target, item.Record), Health.IsOn && target.Weight > 0)
                {
                    StickyId = Upstream.Algorithm == BalancingAlgorithm.StickySessions ? StickySessions.IdOf(Upstream.Id, state.Key) : 0,
                };
            });

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
