using System.Collections.Concurrent;
using Gibbon.Pdk;

namespace Gibbon.PluginRuntime.Host;

/// <summary>The shared dictionaries of the process, by name. They outlive a reload: counters go on counting.</summary>
internal sealed class SharedDictionaries(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, ISharedDictionary> _byName = new(StringComparer.Ordinal);

    public ISharedDictionary Get(string name) => _byName.GetOrAdd(name, static (_, time) => new SharedDictionary(time), time);
}
