using System.Collections.Concurrent;

namespace Gibbon.Plugins.BotDetection;

/// <summary>Remembers verdicts on the user agents of late. When one half is full the older half is forgotten, so that nobody can fill the memory.</summary>
sealed class VerdictCache
{
    const int HalfSize = 5_000;

    ConcurrentDictionary<string, bool> recent = new(StringComparer.Ordinal);
    ConcurrentDictionary<string, bool> older = new(StringComparer.Ordinal);

    /// <summary>The verdict on a user agent, if it is remembered.</summary>
    public bool TryGet(string userAgent, out bool blocked)
    {
        if (recent.TryGetValue(userAgent, out blocked))
            return true;

        if (!older.TryGetValue(userAgent, out blocked))
            return false;

        Add(userAgent, blocked);
        return true;
    }

    /// <summary>Remembers a verdict.</summary>
    public void Add(string userAgent, bool blocked)
    {
        var current = recent;
        current.TryAdd(userAgent, blocked);
        if (current.Count >= HalfSize && Interlocked.CompareExchange(ref recent, new(StringComparer.Ordinal), current) == current)
            older = current;
    }
}
