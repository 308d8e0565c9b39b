using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gibbon.Dns;

/// <summary>
/// Names to addresses, remembered. A name that was resolved once is answered from memory: fresh until its time is over, and stale (while a
/// look-up runs in the background) for <see cref="ResolverSettings.StaleTime"/> after that. One look-up a name is under way at most.
/// </summary>
internal sealed class Resolver(ResolverSettings settings, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Resolves a host name or an address literal. Completes synchronously for a literal and for whatever is remembered.</summary>
    public ValueTask<Resolution> ResolveAsync(string host)
    {
        if (_entries.TryGetValue(host, out Entry? entry) && entry.TryGet(time, out Resolution known, out bool refresh))
        {
            if (refresh)
            {
                _ = entry.LookUpAsync(this, host);
            }

            return new ValueTask<Resolution>(known);
        }

        if (IPAddress.TryParse(host, out IPAddress? literal))
        {
            return new ValueTask<Resolution>(Resolution.Of([literal]));
        }

        entry = _entries.GetOrAdd(host, static _ => new Entry());
        return new ValueTask<Resolution>(entry.LookUpAsync(this, host));
    }

    /// <summary>The remembered answer, fresh or stale, without waiting: what a retry may use.</summary>
    public bool TryGetRemembered(string host, out Resolution resolution)
    {
        if (_entries.TryGetValue(host, out Entry? entry) && entry.TryGet(time, out resolution, out _))
        {
            return true;
        }

        resolution = default;
        return false;
    }

    private async Task<Resolution> AskAsync(string host)
    {
        using var timeout = new CancellationTokenSource(settings.Timeout, time);
        try
        {
            IPAddress[] addresses = await System.Net.Dns
                .GetHostAddressesAsync(host, settings.Family, timeout.Token)
                .ConfigureAwait(false);
            return addresses.Length == 0
                ? Resolution.Failed("dns client error: 101 empty record received", nameUnknown: true)
                : Resolution.Of(addresses);
        }
        catch (SocketException failure) when (failure.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData)
        {
            return Resolution.Failed("dns server error: 3 name error", nameUnknown: true);
        }
        catch (SocketException failure)
        {
            return Resolution.Failed("dns server error: " + failure.SocketErrorCode, nameUnknown: false);
        }
        catch (OperationCanceledException)
        {
            return Resolution.Failed("dns client error: timeout", nameUnknown: false);
        }
        catch (ArgumentException)
        {
            return Resolution.Failed("dns server error: 3 name error", nameUnknown: true);
        }
    }

    /// <summary>One name: its last answer, how long it holds, and the look-up that is under way.</summary>
    private sealed class Entry
    {
        private readonly Lock _gate = new();
        private Answer? _answer;
        private Task<Resolution>? _lookUp;

        public bool TryGet(TimeProvider time, out Resolution resolution, out bool refresh)
        {
            Answer? answer = Volatile.Read(ref _answer);
            long now = time.GetTimestamp();
            if (answer is null || now >= answer.UnusableAt)
            {
                resolution = default;
                refresh = false;
                return false;
            }

            resolution = answer.Resolution;
            refresh = now >= answer.StaleAt && Volatile.Read(ref _lookUp) is null;
            return true;
        }

        public Task<Resolution> LookUpAsync(Resolver resolver, string host)
        {
            lock (_gate)
            {
                return _lookUp ??= Task.Run(() => RunAsync(resolver, host));
            }
        }

        private async Task<Resolution> RunAsync(Resolver resolver, string host)
        {
            Resolution resolution = await resolver.AskAsync(host).ConfigureAwait(false);
            lock (_gate)
            {
                _lookUp = null;
                // A failed refresh never takes a usable answer away.
                if (resolution.Error is null || _answer is not { Resolution.Error: null } last || resolver.IsOver(last))
                {
                    _answer = resolver.Remember(resolution);
                }
            }

            return resolution;
        }
    }

    private bool IsOver(Answer answer) => time.GetTimestamp() >= answer.UnusableAt;

    private Answer Remember(Resolution resolution)
    {
        TimeSpan fresh = resolution.Error is null ? settings.ValidTime
            : resolution.NameUnknown ? settings.NotFoundTime
            : settings.ErrorTime;
        TimeSpan stale = resolution.Error is null ? settings.StaleTime : TimeSpan.Zero;
        long now = time.GetTimestamp();
        return new Answer(resolution, now + Ticks(fresh), now + Ticks(fresh + stale));
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private sealed record Answer(Resolution Resolution, long StaleAt, long UnusableAt);
}
