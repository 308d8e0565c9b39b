using System.Collections.Immutable;
using Gibbon.Pdk;

namespace Gibbon.PluginRuntime.Host;

/// <summary>This node as plugins see it. What changes is asked for when a plugin asks.</summary>
internal sealed class NodeInformation(
    Guid id,
    Func<Guid> workspace,
    Func<string?> configurationHash,
    Func<ConnectionStatistics> connections,
    Func<ImmutableSortedDictionary<string, DictionaryMemory>> dictionaries) : INode
{
    public Guid Id => id;

    public Guid DefaultWorkspaceId => workspace();

    public string Hostname { get; } = Environment.MachineName;

    // Without a database there is none to lose.
    public bool IsDatabaseReachable => true;

    public string? ConfigurationHash => configurationHash();

    public DateTimeOffset? ClusterCertificateExpiry => null;

    public MemoryStatistics GetMemoryStatistics() => new(
        [new WorkerMemory(Environment.ProcessId, GC.GetTotalMemory(forceFullCollection: false))],
        dictionaries());

    public ConnectionStatistics GetConnectionStatistics() => connections();
}
