using System.Collections.Frozen;
using Gibbon.Plugins.Shared.Lua;

namespace Gibbon.Plugins.ResponseRateLimiting;

/// <summary>Reads what a service says a request has used: <c>video=2, image=1</c>.</summary>
static class ReportedUse
{
    /// <summary>Nothing.</summary>
    public static IReadOnlyDictionary<string, long> None { get; } = FrozenDictionary<string, long>.Empty;

    /// <summary>Reads a header.</summary>
    /// <param name="header">The header's value, if there is one.</param>
    /// <param name="isLimit">Whether there is a limit of a name; other names are passed over.</param>
    public static IReadOnlyDictionary<string, long> Read(string? header, Func<string, bool> isLimit)
    {
        if (string.IsNullOrEmpty(header))
            return None;

        Dictionary<string, long> used = [];
        foreach (var part in header.Split(','))
            if (part.Split('=') is [var name, var amount] && isLimit(name.Trim()) && LuaNumbers.TryRead(amount, out var number))
                used[name.Trim()] = (long)number;

        return used;
    }
}
