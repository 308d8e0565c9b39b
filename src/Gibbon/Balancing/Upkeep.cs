using Gibbon.Balancing.Probes;
using Gibbon.Balancing.Recording;
using Gibbon.Dns;
using Gibbon.Observability;
using Gibbon.Pdk.Entities;
using Gibbon.Settings;

namespace Gibbon.Balancing;

/// <summary>
/// What balancers need done beside requests: the names of targets followed, addresses probed, and forgotten when nobody has them any more.
/// A tick every tenth of a second looks what is due.
/// </summary>
internal sealed class Upkeep : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan NamesInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PruneInterval = TimeSpan.FromSeconds(30);

    private readonly BalancerStates _states;
    private readonly Resolver _resolver;
    private readonly Func<Balancer, ProbeIdentity> _identity;
    private readonly bool _probesTcp;
    private readonly ErrorLog? _log;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopped = new();
    private readonly ITimer _timer;
    private Balancer[] _busy = [];
    private HashSet<Guid> _live = [];
    private long _namesDue;
    private long _pruneDue;
    private int _ticking;

    /// <param name="states">What is remembered.</param>
    /// <param name="resolver">Who resolves the names of targets.</param>
    /// <param name="identity">Who probes are towards the targets of an upstream.</param>
    /// <param name="probesTcp">Whether probes of the type <c>tcp</c> are made: as in Kong only where there are stream listeners.</param>
    /// <param name="log">For what should not happen.</param>
    public Upkeep(BalancerStates states, Resolver resolver, Func<Balancer, ProbeIdentity> identity, bool probesTcp, ErrorLog? log)
    {
        _states = states;
        _resolver = resolver;
        _identity = identity;
        _probesTcp = probesTcp;
        _log = log;
        _time = states.Time;
        _timer = _time.CreateTimer(static upkeep => ((Upkeep)upkeep!).OnTick(), this, Tick, Tick);
    }

    /// <summary>From now on these are the balancers there are, and here is where it is said what becomes of them. The names of new ones are resolved at once.</summary>
    public void Watch(IReadOnlyCollection<Balancer> balancers)
    {
        _states.Log = _log;
        foreach (Balancer balancer in balancers.Where(static balancer => balancer.IsNew))
        {
            balancer.Begin();
            if (balancer.HasNames)
            {
                Run(balancer.ResolveAsync(_resolver));
            }
        }

        Volatile.Write(ref _live, [.. balancers.Select(static balancer => balancer.Upstream.Id)]);
        Volatile.Write(ref _busy, [.. balancers.Where(balancer => balancer.HasNames || Probes(balancer))]);
    }

    /// <summary>Stops. Probes under way are given up.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _stopped.CancelAsync().ConfigureAwait(false);
    }

    private bool Probes(Balancer balancer) =>
        balancer.Health.Probes && (_probesTcp || balancer.Upstream.Healthchecks.Active.Type != HealthcheckType.Tcp);

    private void OnTick()
    {
        // A timer may fire again while a tick is still at work; a manual clock fires once.
        _timer.Change(Tick, Tick);
        if (_stopped.IsCancellationRequested || Interlocked.Exchange(ref _ticking, 1) != 0)
        {
            return;
        }

        try
        {
            LookAround(_time.GetTimestamp());
        }
        catch (Exception failure)
        {
            _log?.Write(LogSeverity.Error, "[gibbon] the upkeep of balancers failed: " + failure);
        }
        finally
        {
            Volatile.Write(ref _ticking, 0);
        }
    }

    private void LookAround(long now)
    {
        bool names = IsDue(ref _namesDue, NamesInterval, now);
        foreach (Balancer balancer in Volatile.Read(ref _busy))
        {
            if (names && balancer.HasNames)
            {
                Run(balancer.ResolveAsync(_resolver));
            }

            if (Probes(balancer))
            {
                Probe(balancer, now);
            }
        }

        if (IsDue(ref _pruneDue, PruneInterval, now))
        {
            _states.Prune(Volatile.Read(ref _live));
        }
    }

    private void Probe(Balancer balancer, long now)
    {
        BalancerState state = balancer.State;
        bool healthy = IsDue(ref state.NextHealthyProbe, balancer.Health.HealthyInterval, now);
        bool unhealthy = IsDue(ref state.NextUnhealthyProbe, balancer.Health.UnhealthyInterval, now);
        if (!healthy && !unhealthy)
        {
            return;
        }

        foreach (TargetAddress address in balancer.Pool.Addresses)
        {
            // A slow address is not asked again before it has answered.
            if (address.IsWatched && (address.IsAvailable ? healthy : unhealthy) && address.State.TryBeginProbe())
            {
                balancer.Probes.Add(address);
            }
        }

        int lanes = (int)Math.Clamp(balancer.Health.Probe.Concurrency ?? 10, 1, int.MaxValue);
        while (balancer.Probes.TryOpenLane(lanes, out TargetAddress? first))
        {
            Run(ProbeAsync(balancer, first));
        }
    }

    // A lane: asks one address after the other until no more are due. When all is to stop, it only lets go of those that wait.
    private async Task ProbeAsync(Balancer balancer, TargetAddress first)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        TargetAddress? address = first;
        do
        {
            try
            {
                if (!_stopped.IsCancellationRequested)
                {
                    ProbeRecord record = await new Probe(balancer.Upstream, address, _identity(balancer), _time)
                        .RunAsync(balancer.Health.Active, _stopped.Token).ConfigureAwait(false);
                    balancer.Reports.Probed(address, in record);
                }
            }
            catch (OperationCanceledException)
            {
                // The node stops, or another core has taken over.
            }
            catch (Exception failure)
            {
                _log?.Write(LogSeverity.Error, $"[gibbon] a probe of {address.State.Key} failed: {failure}");
            }
            finally
            {
                address.State.EndProbe();
            }
        }
        while (balancer.Probes.TryTake(out address));
    }

    // The first time comes an interval from now; what was missed is not made up for.
    private bool IsDue(ref long next, TimeSpan interval, long now)
    {
        if (interval <= TimeSpan.Zero)
        {
            next = 0;
            return false;
        }

        long ticks = (long)(interval.TotalSeconds * _time.TimestampFrequency);
        if (next == 0 || next > now + ticks)
        {
            next = now + ticks;
            return false;
        }

        if (now < next)
        {
            return false;
        }

        next = now + ticks;
        return true;
    }

    private void Run(Task work)
    {
        if (!work.IsCompletedSuccessfully)
        {
            _ = AwaitAsync(work);
        }
    }

    private async Task AwaitAsync(Task work)
    {
        try
        {
            await work.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The node stops, or another core has taken over.
        }
        catch (Exception failure)
        {
            _log?.Write(LogSeverity.Error, "[gibbon] the upkeep of balancers failed: " + failure);
        }
    }
}
