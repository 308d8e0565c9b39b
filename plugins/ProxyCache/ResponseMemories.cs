using System.Collections.Concurrent;
using System.Globalization;
using Gibbon.Pdk;

namespace Gibbon.Plugins.ProxyCache;

/// <summary>The memories of this node, by name.</summary>
sealed class ResponseMemories
{
    const long DefaultCapacity = 128 << 20;

    readonly ConcurrentDictionary<string, ResponseMemory> memories = new(StringComparer.Ordinal);

    /// <summary>A memory, made by the first who asks. It may take as much as the gateway's own cache (<c>mem_cache_size</c>).</summary>
    public ResponseMemory Get(PluginHost host, string name) =>
        memories.TryGetValue(name, out var memory) ? memory : memories.GetOrAdd(name, new ResponseMemory(Capacity(host.Settings["mem_cache_size"]), host.Time));

    /// <summary>A size in the words of nginx: <c>128m</c>.</summary>
    static long Capacity(object? setting)
    {
        var text = setting as string ?? "";
        var unit = text.Length == 0 ? ' ' : char.ToLowerInvariant(text[^1]);
        return long.TryParse(text.AsSpan().TrimEnd("kKmMgG"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number << unit switch { 'k' => 10, 'm' => 20, 'g' => 30, _ => 0 }
            : DefaultCapacity;
    }
}
