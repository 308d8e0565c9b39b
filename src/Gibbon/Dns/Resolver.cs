using System.Collections.Concurrent;
using System.Net;

namespace Gibbon.Dns;

/// <summary>
/// Names to addresses, remembered. A name that was resolved once is answered from memory, at once and without allocating: fresh until its time
/// is over, and stale, while a look-up runs in the background, for <see cref="ResolverSettings.StaleTime"/> after that. One look-up of a name
/// is under way at most.
/// </summary>
internal sealed class Resolver(ResolverSettings settings, TimeProvider time)
{
    // Services may name services; honest ones do not do so for long.
    private const int MostServices = 8;

    private static readonly TimeSpan NewClientPause = TimeSpan.FromSeconds(60);
    private static readonly Resolution Recursion = Resolution.Failed("recursion detected", nameUnknown: false);
    private static readonly Resolution OnlyRemembered = Resolution.Failed("dns server error: 100 cache only lookup failed", nameUnknown: false);

    private readonly ConcurrentDictionary<string, ResolverEntry> _entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly NameServers _servers = new(settings, time);
    private readonly Lock _forgetting = new();
    private readonly ResolverCounters? _counters = settings.NewClient ? new ResolverCounters(settings.CacheSize) : null;

    /// <summary>
    /// The counters of <c>/status/dns</c>: by name, under <c>name:all</c>, how often it was asked for and where the answers came from, and by question, under
    /// <c>name|type</c>, what became of it. Null with the older client, which counts nothing.
    /// </summary>
    public IEnumerable<KeyValuePair<string, IReadOnlyDictionary<string, long>>>? Statistics => _counters?.Questions.Concat(
        _entries.Values.Select(static entry => KeyValuePair.Create($"{entry.Host}:all", entry.Counts)));

    private ResolverSettings Settings => settings;

    /// <summary>
    /// A resolver that begins with what the one before it remembers, if both ask the same servers in the same manner: as stale answers, which
    /// serve until they have been looked up again, so that no request waits because the node was reloaded.
    /// </summary>
    public static Resolver Following(Resolver? before, ResolverSettings settings, TimeProvider time)
    {
        Resolver resolver = new(settings, time);
        if (before is not null && settings.AsksLike(before.Settings))
        {
            resolver.Inherit(before);
        }

        return resolver;
    }

    private void Inherit(Resolver before)
    {
        long now = time.GetTimestamp();
        foreach (ResolverEntry known in before._entries.Values)
        {
            lock (known.Gate)
            {
                // What stands in the hosts file may have changed there.
                if (known.Answer is { Resolution.Error: null, UnusableAt: not long.MaxValue } answer)
                {
                    _entries[known.Host] = new ResolverEntry(known.Host)
                    {
                        Answer = answer with { StaleAt = Math.Min(answer.StaleAt, now) },
                        Last = known.Last,
                        TouchedAt = known.TouchedAt,
                    };
                }
            }
        }
    }

    /// <summary>The records of a host name, or the address that a literal is. Completes synchronously for whatever is remembered.</summary>
    public ValueTask<Resolution> ResolveAsync(string host) =>
        TryGetRemembered(host, out Resolution resolution) ? new ValueTask<Resolution>(resolution) : new ValueTask<Resolution>(LookUpAsync(host));

    /// <summary>The remembered answer, fresh or stale, without waiting. A stale one is looked up again meanwhile.</summary>
    /// <param name="host">A name.</param>
    /// <param name="resolution">The answer; a failure when nothing usable is remembered.</param>
    /// <param name="outdated">Whether records will do that are too old to be used otherwise.</param>
    public bool TryGetRemembered(string host, out Resolution resolution, bool outdated = false)
    {
        if (!_entries.TryGetValue(host, out ResolverEntry? entry) || entry.Answer is not { } answer)
        {
            resolution = OnlyRemembered;
            return false;
        }

        long now = time.GetTimestamp();
        if (now >= answer.UnusableAt && !(outdated && answer.Resolution.Error is null))
        {
            resolution = OnlyRemembered;
            return false;
        }

        if (now - entry.TouchedAt > time.TimestampFrequency)
        {
            entry.TouchedAt = now;
        }

        bool isStale = now >= answer.StaleAt;
        if (_counters is not null)
        {
            entry.CountHit(isStale);
        }

        if (isStale && entry.LookUp is null)
        {
            Refresh(entry, now);
        }

        resolution = answer.Resolution;
        return true;
    }

    /// <summary>
    /// One address of a host, in turns; a host of services leads to the address and the port of one of them. Completes synchronously, without
    /// allocating, for whatever is remembered.
    /// </summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">The port, if no record says one.</param>
    /// <param name="outdated">Whether records that are too old will do: a request that began with them does not wait for others in the middle.</param>
    public ValueTask<AddressPick> PickAsync(string host, int port, bool outdated = false)
    {
        for (int services = 0; services < MostServices; services++)
        {
            if (!TryGetRemembered(host, out Resolution resolution, outdated))
            {
                return PickLaterAsync(host, port, MostServices - services);
            }

            if (TryPick(resolution, ref host, ref port, out AddressPick pick))
            {
                return new ValueTask<AddressPick>(pick);
            }
        }

        return new ValueTask<AddressPick>(new AddressPick(null, Recursion));
    }

    private async ValueTask<AddressPick> PickLaterAsync(string host, int port, int services)
    {
        for (; services > 0; services--)
        {
            Resolution resolution = await ResolveAsync(host).ConfigureAwait(false);
            if (TryPick(resolution, ref host, ref port, out AddressPick pick))
            {
                return pick;
            }
        }

        return new AddressPick(null, Recursion);
    }

    // False when a service's host must be resolved first.
    private static bool TryPick(Resolution resolution, ref string host, ref int port, out AddressPick pick)
    {
        if (resolution.Services.Length > 0)
        {
            SrvRecord service = resolution.NextService();
            if (service.EndPoint(port) is { } endPoint)
            {
                pick = new AddressPick(endPoint, null);
                return true;
            }

            host = service.Target;
            port = service.Port == 0 ? port : service.Port;
            pick = default;
            return false;
        }

        pick = resolution.Error is null ? new AddressPick(resolution.NextEndPoint(port), null) : new AddressPick(null, resolution);
        return true;
    }

    private Task<Resolution> LookUpAsync(string host)
    {
        if (Literal(host) is { } literal)
        {
            return Task.FromResult(literal);
        }

        ResolverEntry entry = Entry(host);
        entry.CountMiss();
        if (settings.NoSync)
        {
            return RunAsync(entry);
        }

        lock (entry.Gate)
        {
            return entry.LookUp ??= Task.Run(() => RunAsync(entry));
        }
    }

    private static Resolution? Literal(string host) =>
        AddressLiteral.Parse(host) is { } address ? Resolution.Of(address)
        : AddressLiteral.LooksLikeIPv4(host) ? Resolution.Failed("dns client error: 102 invalid name, bad IPv4", nameUnknown: false)
        : AddressLiteral.LooksLikeIPv6(host) ? Resolution.Failed("dns client error: 103 invalid name, bad IPv6", nameUnknown: false)
        : null;

    private void Refresh(ResolverEntry entry, long now)
    {
        lock (entry.Gate)
        {
            if (entry.LookUp is null && entry.Answer is { } answer && now >= answer.StaleAt)
            {
                entry.CountRefresh();
                entry.LookUp = Task.Run(() => RunAsync(entry));
            }
        }
    }

    private async Task<Resolution> RunAsync(ResolverEntry entry)
    {
        LookUp lookUp = new(settings, _servers, _counters, time);
        Resolution resolution;
        try
        {
            resolution = await lookUp.RunAsync(entry.Host, entry.Last).ConfigureAwait(false);
        }
        catch (Exception bug) when (bug is not OutOfMemoryException)
        {
            // Whatever goes wrong, the name must not stay locked.
            resolution = Resolution.Failed(bug.Message, nameUnknown: false);
        }

        lock (entry.Gate)
        {
            entry.LookUp = null;
            entry.Last = lookUp.Winner ?? entry.Last;
            if (resolution.Error is not null)
            {
                entry.CountFailure();
            }

            resolution = Remember(entry, resolution, lookUp.NameIsGone);
        }

        return resolution;
    }

    private Resolution Remember(ResolverEntry entry, Resolution resolution, bool gone)
    {
        long now = time.GetTimestamp();
        if (resolution.Error is not null && entry.Answer is { Resolution.Error: null } last && now < last.UnusableAt && (settings.NewClient || !gone))
        {
            // A failed refresh takes no usable answer away; it is only tried again a while later.
            entry.Answer = last with { StaleAt = now + Ticks(settings.NewClient ? NewClientPause : settings.ErrorTime) };
            return last.Resolution;
        }

        if (resolution.Error is null && resolution.TimeToLive != TimeSpan.MaxValue)
        {
            TimeSpan fresh = settings.ValidTime ?? resolution.TimeToLive;
            resolution = resolution.Until(fresh, now + Ticks(fresh));
            entry.Answer = new ResolverAnswer(resolution, resolution.ExpiresAt, resolution.ExpiresAt + Ticks(settings.StaleTime));
        }
        else
        {
            long until = resolution.Error is null ? long.MaxValue : now + Ticks(resolution.NameUnknown ? settings.NotFoundTime : settings.ErrorTime);
            entry.Answer = new ResolverAnswer(resolution, until, until);
        }

        return resolution;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private ResolverEntry Entry(string host)
    {
        if (_entries.TryGetValue(host, out ResolverEntry? entry))
        {
            return entry;
        }

        entry = _entries.GetOrAdd(host, static (name, now) => new ResolverEntry(name.ToLowerInvariant()) { TouchedAt = now }, time.GetTimestamp());
        if (_entries.Count > settings.CacheSize)
        {
            Forget(entry);
        }

        return entry;
    }

    // A tenth at once, so that not every new name must look for the oldest.
    private void Forget(ResolverEntry newest)
    {
        lock (_forgetting)
        {
            int surplus = _entries.Count - settings.CacheSize;
            if (surplus > 0)
            {
                foreach (KeyValuePair<string, ResolverEntry> old in _entries.Where(known => known.Value != newest)
                    .OrderBy(static known => known.Value.TouchedAt).Take(surplus + settings.CacheSize / 10).ToList())
                {
                    _entries.TryRemove(old);
                }
            }
        }
    }
}
